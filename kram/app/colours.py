"""Whether what we print may be coloured: for people at a terminal, unless they said no."""

from collections.abc import Mapping
from typing import TextIO

NONE = {"NO_COLOR": "1"}
FORCED = {"FORCE_COLOR": "1"}


def wanted(environ: Mapping[str, str], output: TextIO) -> bool:
    """NO_COLOR (https://no-color.org) wins over FORCE_COLOR, which wins over what `output` is."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return output.isatty() and environ.get("TERM") != "dumb"
