"""The shop's goods as a file that an import takes: taken in again it changes nothing.

Archived goods are left out; of drafts and of what is on sale the file does not tell which is which,
and an import leaves that as it is.
"""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from kram.integrations.imports import queries
from kram.integrations.imports.amounts import amount_text
from kram.integrations.imports.cells import harmless
from kram.integrations.imports.queries import GoodsRow
from kram.integrations.imports.rows import category_text
from kram.kit.db.tx import TenantRead
from kram.kit.money import Money
from kram.shop.catalog import queries as catalog
from kram.shop.catalog.models import Category


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
        amount_text(Money(row.price_minor, row.currency)),
        "" if row.on_hand is None else str(row.on_hand),
        category_text(category),
        row.description,
        row.variant_title,
        row.slug if row.siblings > 1 else "",
    )


def _paths(categories: Sequence[Category]) -> dict[UUID, tuple[str, ...]]:
    known = {category.id: category for category in categories}

    def path(category_id: UUID | None) -> tuple[str, ...]:
        if category_id is None:
            return ()
        category = known[category_id]
        return (*path(category.parent_id), category.name)

    return {category_id: path(category_id) for category_id in known}
