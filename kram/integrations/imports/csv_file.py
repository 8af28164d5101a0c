"""A merchant's CSV as it comes: Excel's encodings, semicolons, headers in three languages."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from kram.integrations.imports.errors import FileRefused
from kram.kit.messages import gettext_noop

MOST_ROWS = 100_000
LARGEST_CELL = 100_000
"""Characters; a description is never so long, a missing quote makes a cell of the whole file."""

REQUIRED = ("sku", "title", "price")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "sku": ("sku", "артикул", "код", "код товара", "код товару"),
    "title": ("title", "name", "название", "назва", "наименование", "найменування"),
    "price": ("price", "цена", "ціна"),
    "stock": ("stock", "quantity", "остаток", "залишок", "количество", "кількість"),
    "category": ("category", "категория", "категорія"),
    "description": ("description", "описание", "опис"),
    "variant": ("variant", "вариант", "варіант"),
    "product": ("product", "group", "товар", "группа", "група"),
}
_LOCAL = ("title", "category")
_ENCODINGS = ("utf-8-sig", "cp1251")
_DELIMITERS = ",;\t|"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a file; `columns` maps our names to the file's."""

    encoding: str
    delimiter: str
    columns: Mapping[str, str]
    rows: int


def inspect(path: Path, language: str) -> Layout:
    """Reads the whole file once, keeping nothing. Blocking: run it in a thread.

    Raises: FileRefused, with what to do.
    """
    encoding = _encoding(path)
    delimiter = _delimiter(path, encoding)
    with _reader(path, encoding, delimiter) as reader:
        columns = _columns(next(reader, []), language)
        rows = _count(reader)
    return Layout(encoding, delimiter, columns, rows)


def rows(path: Path, layout: Layout, *, after: int = 0) -> Iterator[tuple[int, Row]]:
    """Yields (row number as a spreadsheet counts, cells by our names) behind the first `after`."""
    with _reader(path, layout.encoding, layout.delimiter) as reader:
        header = [cell.strip() for cell in next(reader, [])]
        places = {name: header.index(column) for name, column in layout.columns.items()}
        number = 1
        for cells in reader:
            if not any(cells):
                continue
            number += 1
            if number - 1 > after:
                yield number, _named(cells, places)


def _named(cells: list[str], places: Mapping[str, int]) -> Row:
    return {
        name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()
    }


@contextmanager
def _reader(path: Path, encoding: str, delimiter: str) -> Iterator[Iterator[list[str]]]:
    with path.open(encoding=encoding, newline="") as file:
        yield _guarded(file, delimiter)


def _guarded(file: TextIO, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(file, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise FileRefused(
            gettext_noop(
                "Near line %(line)s a cell is too long or a quote is never closed: mend it there"
            ),
            line=reader.line_num + 1,
        ) from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if start[:2] == b"PK":
        raise FileRefused(gettext_noop("This is a spreadsheet: save it as CSV (UTF-8) first"))
    for encoding in _ENCODINGS:
        if _reads(path, encoding):
            return encoding
    raise FileRefused(gettext_noop("The letters cannot be read: save the file as CSV (UTF-8)"))


def _reads(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while chunk := file.read(1 << 20):
                # Bytes that are no text at all pass for a one-byte encoding.
                if "\0" in chunk:
                    return False
    except UnicodeError:
        return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline(LARGEST_CELL)
    return max(_DELIMITERS, key=header.count)


def _columns(header: list[str], language: str) -> dict[str, str]:
    """Raises: FileRefused, naming the columns that are missing and those that were found."""
    found = {cell.strip().lower(): cell.strip() for cell in header if cell.strip()}
    columns: dict[str, str] = {}
    for name, spellings in _NAMES.items():
        local = tuple(f"{spelling}_{language}" for spelling in spellings if name in _LOCAL)
        known = [found[spelling] for spelling in (*local, *spellings) if spelling in found]
        if known:
            columns[name] = known[0]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise FileRefused(
            gettext_noop("Columns missing: %(missing)s. The first line of the file has: %(found)s"),
            missing=", ".join(missing),
            found=", ".join(list(found.values())[:20]) or "—",
        )
    return columns


def _count(reader: Iterator[list[str]]) -> int:
    """Raises: FileRefused for an empty file and for one with too many rows."""
    count = 0
    for cells in reader:
        count += any(cells)
        if count > MOST_ROWS:
            raise FileRefused(
                gettext_noop("A file may have %(most)s rows: split it into several"),
                most=MOST_ROWS,
            )
    if not count:
        raise FileRefused(gettext_noop("The file has a header and no rows: add your goods"))
    return count
