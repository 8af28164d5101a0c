"""A merchant's CSV as it comes: Excel's encodings, semicolons, headers in three languages.

Whatever the bytes are, reading them holds one row in memory and ends in rows or in FileRefused.
"""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from kram.integrations.imports.cells import plain
from kram.integrations.imports.columns import columns_of
from kram.integrations.imports.errors import FileRefused
from kram.kit.messages import gettext_noop
from kram.kit.text import visible

MOST_ROWS = 100_000
LARGEST_CELL = 100_000
"""Characters; a description is never so long, a missing quote makes a cell of the whole file."""

LARGEST_ROW = 200_000
"""Characters of all its lines: a row is the one thing that is held in memory."""

_ENCODINGS = ("utf-8-sig", "cp1251")
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a file; `columns` maps our names to places in a row."""

    encoding: str
    delimiter: str
    columns: Mapping[str, int]
    rows: int


def inspect(path: Path, language: str) -> Layout:
    """Reads the whole file once, keeping nothing. Blocking: run it in a thread.

    `language` chooses among columns such as `title_uk` and `title_ru`.
    Raises: FileRefused, with what to do.
    """
    encoding = _encoding(path)
    delimiter = _delimiter(path, encoding)
    with _records(path, encoding, delimiter) as records:
        columns = columns_of(next(records, []), language)
        rows = _count(records)
    return Layout(encoding, delimiter, columns, rows)


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, Row]]:
    """Rows that are not empty, with their numbers as a spreadsheet counts: the header is row 1."""
    with _records(path, layout.encoding, layout.delimiter) as records:
        next(records, None)
        for number, cells in enumerate(records, start=2):
            if any(cells):
                yield number, _named(cells, layout.columns)


def _named(cells: list[str], places: Mapping[str, int]) -> Row:
    return {
        name: plain(visible(cells[place]).strip()) if place < len(cells) else ""
        for name, place in places.items()
    }


@contextmanager
def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Iterator[list[str]]]:
    with path.open(encoding=encoding, newline="") as file:
        yield _parsed(file, delimiter)


def _parsed(file: TextIO, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST_CELL)
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            lines.of_row = 0
            yield cells
    except (csv.Error, _RowTooLong) as error:
        raise FileRefused(
            gettext_noop(
                "Near line %(line)s a cell is too long or a quote is never closed: mend it there"
            ),
            line=reader.line_num + 1,
        ) from error


class _RowTooLong(Exception):
    pass


class _Lines:
    """Lines of a file, counted against the row that they make: the reader itself has no limit."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.of_row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LARGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.of_row += len(line)
        if self.of_row > LARGEST_ROW:
            raise _RowTooLong
        return line


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise FileRefused(gettext_noop("The file is empty: choose another"))
    if start[:2] == b"PK" or start == b"\xd0\xcf\x11\xe0":
        raise FileRefused(gettext_noop("This is a spreadsheet: save it as CSV (UTF-8) first"))
    candidates = ("utf-16",) if start[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in candidates:
        if _reads(path, encoding):
            return encoding
    raise FileRefused(gettext_noop("The letters cannot be read: save the file as CSV (UTF-8)"))


def _reads(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while chunk := file.read(_CHUNK):
                # Bytes that are no text at all pass for a one-byte encoding.
                if "\0" in chunk:
                    return False
    except UnicodeError:
        return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline(LARGEST_ROW)
    return max(_DELIMITERS, key=header.count)


def _count(records: Iterator[list[str]]) -> int:
    """Raises: FileRefused for a file without rows and for one with too many."""
    count = 0
    for cells in records:
        count += any(cells)
        if count > MOST_ROWS:
            raise FileRefused(
                gettext_noop("A file may have %(most)s rows: split it into several"),
                most=MOST_ROWS,
            )
    if not count:
        raise FileRefused(gettext_noop("The file has a header and no rows: add your goods"))
    return count
