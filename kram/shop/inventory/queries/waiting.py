"""Shoppers who want to hear when goods are there again."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory.models import StockSubscription

# Whoever deletes a row tells its shopper: two of these at once tell each of them once.
_WAKE = text(
    """
    DELETE FROM stock_subscription
    WHERE (variant_id, customer_id) IN (
        SELECT variant_id, customer_id FROM stock_subscription AS waiting
        WHERE waiting.variant_id = ANY (CAST(:variants AS uuid[]))
        ORDER BY waiting.created_at, waiting.customer_id
        LIMIT :most
        FOR UPDATE SKIP LOCKED
    )
    RETURNING variant_id, customer_id
    """
)


async def subscribe(tx: TenantTx, variant_id: UUID, customer_id: UUID) -> None:
    row = insert(StockSubscription).values(
        variant_id=variant_id, customer_id=customer_id, created_at=tx.now
    )
    await tx.execute(row.on_conflict_do_nothing())


async def unsubscribe(tx: TenantTx, variant_id: UUID, customer_id: UUID) -> None:
    await tx.execute(
        delete(StockSubscription).where(
            StockSubscription.variant_id == variant_id,
            StockSubscription.customer_id == customer_id,
        )
    )


async def subscriptions(tx: TenantRead, customer_id: UUID) -> set[UUID]:
    query = select(StockSubscription.variant_id)
    return set(await tx.scalars(query.where(StockSubscription.customer_id == customer_id)))


async def count_subscriptions(tx: TenantRead, customer_id: UUID) -> int:
    query = select(func.count()).where(StockSubscription.customer_id == customer_id)
    return int(await tx.scalar(query))


async def wake(tx: TenantTx, variant_ids: Collection[UUID], most: int) -> Sequence[Row[Any]]:
    """Rows (variant_id, customer_id), gone with the commit; who waits longest comes first."""
    return (await tx.execute(_WAKE, {"variants": list(variant_ids), "most": most})).all()
