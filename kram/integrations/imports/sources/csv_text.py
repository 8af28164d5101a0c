"""A merchant's CSV as it comes: Excel's encodings, semicolons, quotes that never end.

Whatever the bytes are, reading them holds one row in memory and ends in rows or in FileRefused.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TextIO

from kram.integrations.imports.cells import plain
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.sources.contract import (
    LARGEST_CELL,
    LARGEST_ROW,
    MOST_COLUMNS,
    Format,
    Record,
    tidy,
)
from kram.kit.messages import gettext_noop

_ENCODINGS = ("utf-8-sig", "cp1251")
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class CsvSource:
    path: Path
    encoding: str
    delimiter: str
    format: ClassVar[Format] = Format.CSV

    @classmethod
    def opened(cls, path: Path) -> "CsvSource":
        """Raises: FileRefused for bytes that are no letters."""
        encoding = _encoding(path)
        return cls(path, encoding, _delimiter(path, encoding))

    @contextmanager
    def records(self) -> Iterator[Iterator[Record]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield _records(file, self.delimiter)


def _records(file: TextIO, delimiter: str) -> Iterator[Record]:
    for number, cells in enumerate(_parsed(file, delimiter), start=1):
        if number == 1 or any(cells):
            yield Record(number, [plain(tidy(cell)) for cell in cells[:MOST_COLUMNS]])


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
        start = file.read(2)
    candidates = ("utf-16",) if start in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
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
