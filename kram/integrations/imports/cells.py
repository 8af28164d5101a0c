"""Cells that a spreadsheet would run as formulas are written with an apostrophe before them.

Lossless: what `harmless` adds `plain` takes away again, and no more than that.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DISARMED = re.compile(r"'+[=+\-@\t\r]")


def harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    return cell[1:] if _DISARMED.match(cell) else cell


def kept(cell: str) -> str:
    """What `plain` reads back, for a spreadsheet's texts, which are never run."""
    return f"'{cell}" if _DISARMED.match(cell) else cell
