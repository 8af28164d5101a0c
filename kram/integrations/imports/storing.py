"""Stored files on this machine's disk, for as long as they are read."""

import shutil
from pathlib import Path
from typing import BinaryIO


def copy(stream: BinaryIO, path: Path) -> None:
    """Closes the stream. Blocking."""
    with stream, path.open("wb") as file:
        shutil.copyfileobj(stream, file)
