"""Tables as files, row by row: nothing of them is kept in memory."""

import csv
import io
from collections.abc import Collection, Sequence
from typing import IO, BinaryIO, Protocol, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from kram.integrations.imports.cells import harmless, kept
from kram.integrations.imports.sources.contract import Format
from kram.integrations.imports.sources.values import escaped

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Kram" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # The second style is bold, for the headings.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
        '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
_SHEET = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)


class TableWriter(Protocol):
    def write(self, cells: Sequence[str]) -> None: ...

    def close(self) -> None:
        """Ends the table; the file stays open."""
        ...


class CsvTable:
    """With a byte order mark, without which Excel takes UTF-8 for the local code page."""

    def __init__(self, file: BinaryIO, headings: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self.write(headings)

    def write(self, cells: Sequence[str]) -> None:
        self._writer.writerow([harmless(cell) for cell in cells])

    def close(self) -> None:
        self._text.detach()


class XlsxTable:
    """Texts are texts, whatever they begin with: a spreadsheet runs none of them."""

    def __init__(
        self, file: BinaryIO, headings: Sequence[str], numbers: Collection[str] = ()
    ) -> None:
        self._zip = ZipFile(cast(IO[bytes], file), "w", ZIP_DEFLATED, compresslevel=4)
        for name, content in _PARTS.items():
            self._zip.writestr(name, _HEAD + content)
        self._sheet = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(_SHEET.encode())
        self._numbers = frozenset(
            place for place, heading in enumerate(headings) if heading in numbers
        )
        self._row("".join(_text(heading, ' s="1"') for heading in headings))

    def write(self, cells: Sequence[str]) -> None:
        self._row(
            "".join(
                f"<c><v>{cell}</v></c>" if place in self._numbers and cell else _text(cell)
                for place, cell in enumerate(cells)
            )
        )

    def close(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._zip.close()

    def _row(self, cells: str) -> None:
        self._sheet.write(f"<row>{cells}</row>".encode())


def _text(cell: str, style: str = "") -> str:
    if not cell:
        return "<c/>"
    text = escape(escaped(kept(cell)))
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'


def table(
    format: Format,  # noqa: A002
    file: BinaryIO,
    headings: Sequence[str],
    numbers: Collection[str] = (),
) -> TableWriter:
    """`numbers` are headings whose cells are digits and a point, and stay numbers in XLSX."""
    if format == Format.XLSX:
        return XlsxTable(file, headings, numbers)
    return CsvTable(file, headings)


MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: f"{_KIND}.sheet",
    Format.YML: "application/xml",
}
