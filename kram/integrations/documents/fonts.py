"""Noto Sans, regular and bold: with Cyrillic and the signs of our currencies, out of a package.

fpdf2 reads fonts from files, so they are written to a folder of this process once.
"""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pymupdf_fonts

_BUFFERS = {"": "notos", "B": "notosbo"}


@cache
def font_files() -> Mapping[str, Path]:
    """By fpdf2's name of the style."""
    folder = Path(tempfile.mkdtemp(prefix="kram-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    files = {}
    for style, name in _BUFFERS.items():
        files[style] = folder / f"{name}.ttf"
        files[style].write_bytes(pymupdf_fonts.fontbuffers[name]())
    return files
