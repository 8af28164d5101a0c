"""Rows that were refused, as they came, with what is wrong: to be mended and sent again.

A product goes back whole, for its good rows are how a mended one finds its product.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from kram.integrations.imports.columns import REASONS
from kram.integrations.imports.sources import Format, Record, opened
from kram.integrations.imports.writers import table
from kram.kit.text import line

Write = Callable[[Sequence[str]], None]


def write_refused(
    path: Path,
    columns: Mapping[str, int],
    reasons: Mapping[int, str],
    heading: str,
    file: BinaryIO,
) -> Format:
    """`reasons` by row numbers. A feed's rows go back as CSV. Blocking.

    Raises: FileRefused.
    """
    source = opened(path)
    as_format = Format.XLSX if source.format == Format.XLSX else Format.CSV
    with source.records() as records:
        names = next(records, Record(1, [])).cells
        own = [place for place, name in enumerate(names) if line(name).casefold() not in REASONS]
        writer = table(as_format, file, [heading, *(names[place] for place in own)])
        group: list[Record] = []
        for record in records:
            if not _belongs(record, group, columns.get("product")):
                _write(writer.write, group, own, reasons)
                group = []
            group.append(record)
        _write(writer.write, group, own, reasons)
        writer.close()
    return as_format


def _belongs(record: Record, group: Sequence[Record], place: int | None) -> bool:
    if place is None or not group:
        return False
    product = record.cells[place : place + 1]
    return bool(product and product[0]) and product == group[0].cells[place : place + 1]


def _write(
    write: Write, group: Sequence[Record], own: Sequence[int], reasons: Mapping[int, str]
) -> None:
    if not any(record.number in reasons for record in group):
        return
    for number, cells in group:
        kept = (cells[place] if place < len(cells) else "" for place in own)
        write([reasons.get(number, ""), *kept])
