"""XLSX as its sheet's rows, one in memory: values as they are shown, formulas by their last result.

ECMA-376 part 1, chapter 18. A file made to harm ends in FileRefused: see `package.py`, `xml.py`.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.contract import Format, Record
from kram.integrations.imports.sources.merges import Merges
from kram.integrations.imports.sources.package import Package, damaged
from kram.integrations.imports.sources.sheet import Sheet
from kram.integrations.imports.sources.strings import SharedStrings
from kram.integrations.imports.sources.values import shows_date
from kram.integrations.imports.sources.xml import Attributes, XmlReader
from kram.kit.messages import gettext_noop


@dataclass(frozen=True, slots=True)
class XlsxSource:
    path: Path
    format: ClassVar[Format] = Format.XLSX

    @classmethod
    def opened(cls, path: Path) -> "XlsxSource":
        """Raises: FileRefused for other programs' files."""
        with closing(Package(path)) as package:
            _Book(package)
        return cls(path)

    @contextmanager
    def records(self) -> Iterator[Iterator[Record]]:
        with closing(Package(self.path)) as package:
            book = _Book(package)
            with closing(SharedStrings()) as strings:
                if book.strings in package:
                    strings.read(package, book.strings)
                sheet = Sheet(strings, book.dates(), since_1904=book.since_1904)
                merges = Merges.of(package, book.sheet)
                yield merges.filled(sheet.records(package, book.sheet))


class _Book:
    """Where the parts of a workbook are; of its sheets the first that is shown."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.since_1904 = False
        self._shown: list[str] = []
        self._hidden: list[str] = []
        workbook = self._workbook()
        for _ in package.read(workbook, XmlReader(self._start, _nothing, _nothing)):
            pass
        targets = package.targets(workbook)
        sheets = [targets.get(sheet, ("", ""))[1] for sheet in self._shown or self._hidden]
        self.sheet = next((sheet for sheet in sheets if sheet in package), "")
        if not self.sheet:
            raise damaged()
        kinds = dict(targets.values())
        self.strings = kinds.get("sharedStrings", "")
        self._styles = kinds.get("styles", "")

    def _workbook(self) -> str:
        named = dict(self._package.targets("").values()).get("officeDocument", "xl/workbook.xml")
        if named not in self._package or not named.endswith(".xml"):
            raise FileRefused(
                gettext_noop("This is no XLSX: open the file and save it as XLSX or CSV (UTF-8)")
            )
        return named

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            identity = next((attributes[key] for key in attributes if key.endswith(":id")), "")
            visible = attributes.get("state", "visible") == "visible"
            (self._shown if visible else self._hidden).append(identity)

    def dates(self) -> frozenset[int]:
        """Styles, by their place, that show a number as a date."""
        styles = _Styles()
        if self._styles in self._package:
            reader = XmlReader(styles.start, styles.end, _nothing)
            for _ in self._package.read(self._styles, reader):
                pass
        return frozenset(styles.dates)


class _Styles:
    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._codes: dict[str, str] = {}
        self._place = 0
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = attributes.get("numFmtId", "")
            if shows_date(int(number) if number.isdecimal() else 0, self._codes.get(number, "")):
                self.dates.add(self._place)
            self._place += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


def _nothing(_: str) -> None:
    pass
