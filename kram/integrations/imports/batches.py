"""Rows as batches of goods, the same ones every time they are read. Pure."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

from kram.integrations.imports.rows import GoodRow, Row, RowFault, read_row
from kram.kit.messages import gettext_noop
from kram.shop.catalog.bulk import LARGEST_BATCH

ROWS_A_BATCH = LARGEST_BATCH
"""A product with many variants may exceed it: a product is never split."""


_SHARED = (
    *("title", "description", "category", "option1", "option2", "option3", "tags", "status"),
)
_OF_A_VARIANT = ("sku", "title", "price", "stock")


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
    rows: Iterable[tuple[int, Row]], currency: str, *, after: int = 0
) -> Generator[Batch, None, None]:
    """`after` must be the end of an earlier batch. Blocking: draw each one in a thread."""
    known_skus: set[str] = set()
    batch = Batch(after)
    done = 0
    for group in grouped(rows):
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


def grouped(rows: Iterable[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Rows with the same `product` that follow each other are variants of one product.

    What such a row leaves open is as in the first; one that says nothing of its own (other systems
    list pictures so) is no variant.
    """
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
    first = group[0][1]
    for place, (number, own) in enumerate(group):
        if place and not any(own.get(name) for name in _OF_A_VARIANT):
            continue
        read = _read(number, _completed(own, first), currency, known_skus)
        if isinstance(read, GoodRow):
            good.append(read)
        else:
            batch.faults += read
        known_skus.add(own["sku"])
    batch.rows += len(group)
    if good:
        batch.goods.append(good)


def _completed(row: Row, first: Row) -> Row:
    missing = [name for name in _SHARED if name in row and not row[name] and first.get(name)]
    return row | {name: first[name] for name in missing} if missing else row


def _read(number: int, row: Row, currency: str, known_skus: set[str]) -> GoodRow | list[RowFault]:
    sku = row["sku"]
    if sku and sku in known_skus:
        message = gettext_noop("An earlier row has the same SKU: give each variant its own")
        return [RowFault(number, "sku", message, sku[:200])]
    return read_row(number, row, currency)
