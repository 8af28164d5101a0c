"""What prices were, and what shoppers must be told of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.prices import queries


async def remember(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """To be called after every change of prices, with what was changed sent to the database.

    One statement; writes nothing where the price is as it was written last.
    """
    await queries.remember(tx, variant_ids)


async def lowest_before_sale(
    tx: TenantRead, variant_ids: Collection[UUID], at: datetime | None = None
) -> dict[UUID, int]:
    """The lowest price of the 30 days before the sale that is on, in minor units.

    Only of variants with a sale at that moment (now). Before the history began it is the
    ordinary price.
    """
    return await queries.lowest(tx, variant_ids, at or tx.now)
