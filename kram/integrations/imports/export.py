"""The shop's goods as a file that an import takes: taken in again it changes nothing.

Archived goods are left out.
"""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from kram.integrations.imports import queries
from kram.integrations.imports.amounts import amount_text
from kram.integrations.imports.cells import harmless
from kram.integrations.imports.fields import tags_text
from kram.integrations.imports.queries import GoodsRow
from kram.integrations.imports.rows import category_text
from kram.kit.db.tx import TenantRead
from kram.kit.money import Money
from kram.shop.catalog import queries as catalog
from kram.shop.catalog.models import Category
from kram.shop.catalog.options.matrix import numbers_of
from kram.shop.catalog.options.shape import MOST_OPTIONS, live, options_of


async def exported(tx: TenantRead) -> AsyncIterator[tuple[str, ...]]:
    """Rows of cells in the order of `columns.COLUMNS`, fit for a CSV that a spreadsheet opens."""
    async for row in cells(tx):
        yield tuple(harmless(cell) for cell in row)


async def cells(tx: TenantRead) -> AsyncIterator[tuple[str, ...]]:
    """The same as they are, for a writer that disarms them itself."""
    paths = _paths(await catalog.categories(tx))
    async for row in queries.goods(tx):
        category = paths[row.category_id] if row.category_id else ()
        yield _cells(row, category)


def _cells(row: GoodsRow, category: tuple[str, ...]) -> tuple[str, ...]:
    return (
        row.sku,
        row.title,
        _amount(row.price_minor, row.currency),
        _number(row.on_hand),
        category_text(category),
        row.description,
        row.slug if row.siblings > 1 else "",
        *_variant(row),
        row.barcode,
        tags_text(row.tags),
        row.status,
        _amount(row.compare_at_minor, row.currency),
        _amount(row.sale_minor, row.currency),
        _amount(row.cost_minor, row.currency),
        *map(_number, (row.weight_grams, row.length_mm, row.width_mm, row.height_mm)),
    )


def _variant(row: GoodsRow) -> list[str]:
    """Names of the product's options, each with the variant's value; its title where none are."""
    shown = live(options_of(row.options)) if row.choice else ()
    had = numbers_of(row.choice)
    pairs = [
        (option.name, value.name) for option in shown for value in option.offered if value.id in had
    ] or [("", row.variant_title)]
    told = [text for pair in pairs for text in pair]
    return told + [""] * (2 * MOST_OPTIONS - len(told))


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else amount_text(Money(minor, currency))


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _paths(categories: Sequence[Category]) -> dict[UUID, tuple[str, ...]]:
    known = {category.id: category for category in categories}

    def path(category_id: UUID | None) -> tuple[str, ...]:
        if category_id is None:
            return ()
        category = known[category_id]
        return (*path(category.parent_id), category.name)

    return {category_id: path(category_id) for category_id in known}
