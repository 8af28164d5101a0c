"""Statements on what one person waits for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, text

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory.models import StockSubscription

_MOVE = text(
    """
    INSERT INTO stock_subscription (variant_id, customer_id, created_at)
    SELECT variant_id, :to, created_at FROM stock_subscription WHERE customer_id = :from
    ON CONFLICT DO NOTHING
    """
)


async def move_subscriptions(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    await tx.execute(_MOVE, {"from": from_id, "to": to_id})
    await drop_subscriptions(tx, [from_id])


async def subscriptions_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[StockSubscription]:
    query = select(StockSubscription).where(StockSubscription.customer_id.in_(ids))
    return (await tx.scalars(query.order_by(StockSubscription.created_at))).all()


async def drop_subscriptions(tx: TenantTx, ids: Sequence[UUID]) -> None:
    await tx.execute(delete(StockSubscription).where(StockSubscription.customer_id.in_(ids)))
