"""What the order's forms look up."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from kram.kit.db.tx import TenantRead
from kram.shop.catalog.models import Variant


async def variants_by_sku(tx: TenantRead, skus: Collection[str]) -> dict[str, UUID]:
    """Of those that are not archived."""
    found = await tx.execute(
        select(Variant.sku, Variant.id).where(Variant.sku.in_(skus), Variant.archived_at.is_(None))
    )
    return {row.sku: row.id for row in found}
