"""Statements on the money of one person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select, update

from kram.billing.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.holder import Erasure
from kram.shop.orders.models import Order

_UNDERWAY = (PaymentStatus.CREATED, PaymentStatus.PENDING, PaymentStatus.HELD)


async def payments_of_people(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[tuple[Payment, str]]:
    """With the codes of their orders, the oldest first."""
    query = select(Payment, Order.code).join(Order, Order.id == Payment.order_id)
    found = await tx.execute(query.where(Order.customer_id.in_(ids)).order_by(Payment.id))
    return [(row[0], row[1]) for row in found]


async def is_money_underway(tx: TenantRead, ids: Sequence[UUID]) -> bool:
    """An order that is brought and paid in cash is over, though nobody waits for its money."""
    returning = exists().where(
        Refund.payment_id == Payment.id, Refund.status == RefundStatus.CREATED
    )
    query = (
        select(Payment.id)
        .join(Order, Order.id == Payment.order_id)
        .where(Order.customer_id.in_(ids), or_(Payment.status.in_(_UNDERWAY), returning))
    )
    return await tx.scalar(query.limit(1)) is not None


async def forget(tx: TenantTx, erasure: Erasure) -> None:
    """The page at the provider may have been opened with the person's words."""
    theirs = select(Order.id).where(Order.customer_id.in_(erasure.ids))
    await tx.execute(
        update(Payment)
        .where(Payment.order_id.in_(theirs), Payment.redirect_url.is_not(None))
        .values(redirect_url=None)
    )
