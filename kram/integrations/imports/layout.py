"""A file as its import sees it: what it has, and its rows by our own names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kram.integrations.imports.columns import check_complete, guessed
from kram.integrations.imports.dialects import Reader
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.rows import Row
from kram.integrations.imports.sources import MOST_ROWS, Format, Record, opened
from kram.kit.messages import gettext_noop
from kram.kit.text import line

SAMPLE_ROWS = 5
_LONGEST_HEADING = 100
_LONGEST_SAMPLE = 80


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns` maps our names to places in a row, as far as they could be guessed."""

    format: Format
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    rows: int
    sample: tuple[tuple[str, ...], ...] = ()


def inspect(path: Path, language: str) -> Layout:
    """Reads the whole file once, keeping nothing but a few rows. Blocking: run it in a thread.

    `language` chooses among columns such as `title_uk` and `title_ru`.
    Raises: FileRefused, with what to do.
    """
    source = opened(path)
    with source.records() as records:
        first = next(records, Record(1, []))
        headings = tuple(_short(cell, _LONGEST_HEADING) for cell in first.cells)
        if not any(headings):
            check_complete({}, headings)
        columns = guessed(headings, language)
        sample: list[tuple[str, ...]] = []
        count = 0
        for record in records:
            count += 1
            if count <= SAMPLE_ROWS:
                sample.append(tuple(_short(cell, _LONGEST_SAMPLE) for cell in record.cells))
            if count > MOST_ROWS:
                raise _too_many()
    if not count:
        raise FileRefused(gettext_noop("The file has a header and no rows: add your goods"))
    return Layout(source.format, headings, columns, count, tuple(sample))


def rows(path: Path, columns: Mapping[str, int]) -> Iterator[tuple[int, Row]]:
    """Rows that are not empty, with their numbers as a spreadsheet counts: the header is row 1.

    Of a feed they are the numbers of its offers.
    """
    source = opened(path)
    with source.records() as records:
        headings = next(records, Record(1, [])).cells
        reader = Reader(headings, columns, skips_empty=source.format == Format.YML)
        for number, cells in records:
            yield number, reader.row(cells)


def _too_many() -> FileRefused:
    return FileRefused(
        gettext_noop("A file may have %(most)s rows: split it into several"), most=MOST_ROWS
    )


def _short(cell: str, longest: int) -> str:
    """Without NUL, which a JSON of the database cannot keep."""
    return line(cell[: longest * 4]).replace("\0", "")[:longest]
