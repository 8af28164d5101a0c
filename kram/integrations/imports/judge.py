"""What a batch makes of the shop, said before or after it is written.

A check and an import go the same way: the catalogue plans what is to be written, and only an import
writes it. What is counted here is counted for both.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kram.integrations.imports import batch_queries, queries
from kram.integrations.imports.amounts import amount_text
from kram.integrations.imports.batches import Batch
from kram.integrations.imports.categories import CategoryPaths
from kram.integrations.imports.fields import OF_PRODUCTS, OF_VARIANTS
from kram.integrations.imports.rows import GoodRow, RowFault, category_text, column_of, variant_of
from kram.kit.db.tx import TenantRead
from kram.kit.errors import FieldError
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.shop.catalog.bulk import (
    Difference,
    Of,
    ProductRow,
    RowRefused,
    UpsertReport,
    judge_products,
)
from kram.shop.inventory.queries.places import first_warehouse

_LONGEST_SHOWN = 200
_COLUMNS = {
    (Of.PRODUCT, "title"): "title",
    (Of.PRODUCT, "description"): "description",
    (Of.PRODUCT, "category_id"): "category",
    (Of.VARIANT, "title"): "variant",
    (Of.VARIANT, "price_minor"): "price",
    **{(Of.PRODUCT, field.name): column for column, field in OF_PRODUCTS.items()},
    **{(Of.VARIANT, field.name): column for column, field in OF_VARIANTS.items()},
}
"""What a person reads of; the rest follows from these."""


@dataclass(slots=True)
class Verdict:
    """Products by what became of them; `failed` counts rows beside those of the batch's faults."""

    created: int
    updated: int
    unchanged: int
    failed: int
    faults: list[RowFault]
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moved:
    sku: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Moves:
    """By variants: units before and after; those that would have fewer than are promised; and
    those whose shelf says the same already."""

    changed: dict[UUID, tuple[int, int]]
    short: set[UUID]
    same: set[UUID]


async def judge(tx: TenantRead, batch: Batch, keep: Collection[str], currency: str) -> Verdict:
    """What `take_in` would do with it now. Reads only."""
    imagined: set[UUID] = set()
    paths = await CategoryPaths.imagine(tx, imagined)
    drafts = [draft_of(rows, await paths.find(rows[0].category)) for rows in batch.goods]
    revived = await batch_queries.withdrawn(tx, skus_of(batch))
    report = await judge_products(tx, drafts, keep=keep, revived=revived, imagined=imagined)
    moves = await moved(tx, counted(batch.goods, report.variants))
    judged = verdict(batch.goods, report, moves)
    judged.changes = _changes(report, judged_moves(batch.goods, report, moves), paths, currency)
    return judged


def skus_of(batch: Batch) -> list[str]:
    return [row.sku for rows in batch.goods for row in rows]


def verdict(goods: list[list[GoodRow]], report: UpsertReport, moves: Moves) -> Verdict:
    moved_alone = {
        report.owners[move.sku] for move in judged_moves(goods, report, moves)
    } - report.touched
    short = list(_short(goods, report, moves))
    return Verdict(
        created=report.created,
        updated=report.updated + len(moved_alone),
        unchanged=max(0, report.unchanged - len(moved_alone)),
        failed=sum(len(goods[refused.row]) for refused in report.refused) + len(short),
        faults=[*faults_of(goods, report.refused), *short],
    )


def _short(goods: list[list[GoodRow]], report: UpsertReport, moves: Moves) -> Iterable[RowFault]:
    message = gettext_noop("More units are promised to orders: count them too, or cancel orders")
    return (
        RowFault(row.number, "stock", message, str(row.stock))
        for rows in goods
        for row in rows
        if report.variants.get(row.sku) in moves.short
    )


def judged_moves(goods: list[list[GoodRow]], report: UpsertReport, moves: Moves) -> list[Moved]:
    return [
        Moved(row.sku, *moves.changed[report.variants[row.sku]])
        for rows in goods
        for row in rows
        if row.sku in report.variants and report.variants[row.sku] in moves.changed
    ]


def draft_of(rows: list[GoodRow], category_id: UUID | None) -> ProductRow:
    return ProductRow(
        title=rows[0].title,
        description=rows[0].description,
        category_id=category_id,
        variants=tuple(row.variant_row(alone=len(rows) == 1) for row in rows),
        values=rows[0].of_product,
        options=rows[0].options,
        is_clean=True,
    )


def counted(goods: Iterable[list[GoodRow]], variants: Mapping[str, UUID]) -> dict[UUID, int]:
    """Counted units of the variants that came in, of the rows that say any."""
    return {
        variants[row.sku]: row.stock
        for rows in goods
        for row in rows
        if row.stock is not None and row.sku in variants
    }


async def moved(tx: TenantRead, units: Mapping[UUID, int]) -> Moves:
    """What differs from the first shelf; fewer than are promised to orders cannot be counted."""
    moves = Moves({}, set(), set())
    if not units:
        return moves
    known = await queries.on_hand(tx, await first_warehouse(tx), list(units))
    for variant_id, after in units.items():
        before, promised = known.get(variant_id, (0, 0))
        if after < promised:
            moves.short.add(variant_id)
        elif after != before:
            moves.changed[variant_id] = (before, after)
        elif variant_id in known:
            moves.same.add(variant_id)
    return moves


def faults_of(goods: list[list[GoodRow]], refused: Iterable[RowRefused]) -> Iterable[RowFault]:
    return (_fault(goods[product.row], error) for product in refused for error in product.errors)


def _fault(rows: list[GoodRow], error: FieldError) -> RowFault:
    row, column = rows[variant_of(error)], column_of(error)
    return RowFault(row.number, column, error.detail, row.sku if column == "sku" else "")


def column_of_field(difference: Difference) -> str:
    """The file's column from which it came; "" for what only follows from another."""
    return _COLUMNS.get((difference.of, difference.field), "")


def _changes(
    report: UpsertReport, moves: list[Moved], paths: CategoryPaths, currency: str
) -> list[dict[str, str]]:
    """Of what exists: the field, before and after, in words."""

    def words(difference: Difference, value: Any) -> str:
        if value is None and difference.field != "category_id":
            return ""
        if difference.field.endswith("_minor"):
            return amount_text(Money(value, currency))
        if difference.field == "category_id":
            return category_text(paths.path(value))
        text = ", ".join(value) if difference.field == "tags" else str(value)
        return text[:_LONGEST_SHOWN]

    changed = [
        {
            "sku": difference.sku,
            "field": column_of_field(difference),
            "before": words(difference, difference.before),
            "after": words(difference, difference.after),
        }
        for difference in report.differences
        if (difference.of, difference.field) in _COLUMNS
    ]
    return changed + [
        {"sku": move.sku, "field": "stock", "before": str(move.before), "after": str(move.after)}
        for move in moves
        if report.owners[move.sku] not in report.new
    ]
