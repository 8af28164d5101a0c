"""A file as batches of goods, the same ones every time it is read. Pure, but for the file."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kram.integrations.imports import csv_file
from kram.integrations.imports.csv_file import Layout, Row
from kram.integrations.imports.rows import GoodRow, RowFault, read_row
from kram.kit.messages import gettext_noop
from kram.shop.catalog.bulk import LARGEST_BATCH

ROWS_A_BATCH = LARGEST_BATCH
"""A product with many variants may exceed it: a product is never split."""


@dataclass(slots=True)
class Batch:
    """`goods` are the good rows by their products; `rows` counts the bad ones too.

    `after` is how many rows of the file come before.
    """

    after: int
    rows: int = 0
    goods: list[list[GoodRow]] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def batches(
    path: Path, layout: Layout, currency: str, *, after: int = 0
) -> Generator[Batch, None, None]:
    """`after` must be the end of an earlier batch. Blocking: draw each one in a thread."""
    known_skus: set[str] = set()
    batch = Batch(after)
    done = 0
    for group in _grouped(csv_file.rows(path, layout)):
        if done < after:
            known_skus.update(row["sku"] for _, row in group)
        else:
            _add(batch, group, currency, known_skus)
        done += len(group)
        if batch.rows >= ROWS_A_BATCH:
            yield batch
            batch = Batch(done)
    if batch.rows:
        yield batch


def _grouped(rows: Iterable[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Rows with the same `product` that follow each other are variants of one product."""
    group: list[tuple[int, Row]] = []
    for number, row in rows:
        product = row.get("product", "")
        if group and not (product and product == group[0][1].get("product")):
            yield group
            group = []
        group.append((number, row))
    if group:
        yield group


def _add(batch: Batch, group: list[tuple[int, Row]], currency: str, known_skus: set[str]) -> None:
    good: list[GoodRow] = []
    for number, row in group:
        read = _read(number, row, currency, known_skus)
        if isinstance(read, GoodRow):
            good.append(read)
        else:
            batch.faults += read
        known_skus.add(row["sku"])
    batch.rows += len(group)
    if good:
        batch.goods.append(good)


def _read(number: int, row: Row, currency: str, known_skus: set[str]) -> GoodRow | list[RowFault]:
    sku = row["sku"]
    if sku and sku in known_skus:
        message = gettext_noop("An earlier row has the same SKU: give each variant its own")
        return [RowFault(number, "sku", message, sku[:200])]
    return read_row(number, row, currency)
