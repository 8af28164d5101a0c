"""Which format a file has, by its first bytes: names lie."""

from pathlib import Path

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.contract import Source
from kram.integrations.imports.sources.csv_text import CsvSource
from kram.integrations.imports.sources.feed import YmlSource
from kram.integrations.imports.sources.workbook import XlsxSource
from kram.kit.messages import gettext_noop

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_MARKS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def opened(path: Path) -> Source:
    """Blocking. Raises: FileRefused for what is none of them."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise FileRefused(gettext_noop("The file is empty: choose another"))
    if start.startswith(_ZIP):
        return XlsxSource.opened(path)
    if start.startswith(_OLE):
        raise FileRefused(
            gettext_noop("This is an old or locked spreadsheet: save it as XLSX without a password")
        )
    if start.lstrip(_MARKS).startswith(b"<"):
        return YmlSource(path)
    return CsvSource.opened(path)
