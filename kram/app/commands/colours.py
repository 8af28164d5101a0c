"""Plain text for who wants it: NO_COLOR, or an output that is no terminal."""

import os
from collections.abc import MutableMapping


def heed_no_color(environ: MutableMapping[str, str] = os.environ) -> None:
    """What draws for us takes NO_COLOR for a wish without colours, and still draws bold and dim.

    All of it leaves a dumb terminal alone.
    """
    if environ.get("NO_COLOR"):
        environ["TERM"] = "dumb"
