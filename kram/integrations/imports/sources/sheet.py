"""One sheet's rows."""

from collections.abc import Iterator

from kram.integrations.imports.cells import plain
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.contract import (
    LARGEST_CELL,
    LARGEST_ROW,
    LARGEST_TEXT,
    MOST_COLUMNS,
    Record,
    tidy,
)
from kram.integrations.imports.sources.package import Package, damaged
from kram.integrations.imports.sources.strings import SharedStrings
from kram.integrations.imports.sources.values import (
    column_of,
    date_text,
    joined,
    number_text,
    unescaped,
)
from kram.integrations.imports.sources.xml import Attributes, XmlReader
from kram.kit.messages import gettext_noop

_LAST_ROW = 1_048_576
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}


class Sheet:
    """The parser calls its methods; rows that ended wait in `_ended` until the piece is read."""

    def __init__(self, strings: SharedStrings, dates: frozenset[int], *, since_1904: bool) -> None:
        self._strings, self._dates, self._since_1904 = strings, dates, since_1904
        self._ended: list[Record] = []
        self._number = 0
        self._cells: list[str] = []
        self._row_length = self._all_length = 0
        self._place, self._kind, self._style = -1, "", ""
        self._value: list[str] = []
        self._value_length = 0
        self._inside = self._spoken = False

    def records(self, package: Package, part: str) -> Iterator[Record]:
        for _ in package.read(part, XmlReader(self._start, self._end, self._text)):
            yield from self._ended
            self._ended.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._inside = not self._spoken
        elif name == "row":
            self._start_row(attributes.get("r", ""))
        elif name == "rPh":
            self._spoken = True

    def _start_row(self, number: str) -> None:
        before, self._number = self._number, self._number + 1
        if number:
            self._number = int(number) if number.isdecimal() and len(number) < 9 else 0
        if not before < self._number <= _LAST_ROW:
            raise damaged()
        self._cells, self._row_length, self._place = [], 0, -1

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._place = column_of(reference) if reference else self._place + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value, self._value_length = [], 0

    def _text(self, piece: str) -> None:
        if not self._inside:
            return
        self._value_length += len(piece)
        if self._value_length > LARGEST_CELL:
            raise self._too_long()
        self._value.append(piece)

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._inside = False
        elif name == "c":
            if self._value and 0 <= self._place < MOST_COLUMNS:
                self._keep(self._shown(joined(self._value)))
        elif name == "row":
            if any(self._cells):
                self._ended.append(Record(self._number, self._cells))
        elif name == "rPh":
            self._spoken = False

    def _keep(self, text: str) -> None:
        self._row_length += len(text)
        self._all_length += len(text)
        if self._row_length > LARGEST_ROW:
            raise self._too_long()
        if self._all_length > LARGEST_TEXT:
            raise FileRefused(gettext_noop("The file is too large inside: split it into several"))
        missing = self._place + 1 - len(self._cells)
        if missing > 0:
            self._cells += [""] * missing
        self._cells[self._place] = plain(tidy(text))

    def _shown(self, raw: str) -> str:
        match self._kind:
            case "s":
                return self._strings[int(raw) if raw.isdecimal() and len(raw) < 10 else -1]
            case "n" if self._style.isdecimal() and int(self._style[:9]) in self._dates:
                return date_text(raw, since_1904=self._since_1904)
            case "n":
                return number_text(raw)
            case "b":
                return _BOOLEANS.get(raw, raw)
            case _:
                return unescaped(raw)

    def _too_long(self) -> FileRefused:
        return FileRefused(
            gettext_noop("In row %(row)s there is more than a page of text: shorten it"),
            row=self._number,
        )
