"""Somebody came by a friend's link."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.loyalty import service as loyalty
from kram.shop.orders.pricing.queries import buyer


async def bring(tx: TenantTx, customer_id: UUID, code: str) -> bool:
    """Remembers whose link it was; not for who has ordered here already, and not twice."""
    if (await buyer(tx, customer_id)).orders:
        return False
    return await loyalty.remember_referrer(tx, customer_id, code)
