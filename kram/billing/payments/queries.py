"""Every statement on payments and refunds."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select

from kram.billing.payments.models import Payment, Refund, RefundStatus
from kram.billing.payments.rules import OPEN
from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.db.written import parameters, values_of
from kram.shop.orders.models import Order, OrderStatus

_TABLE = cast("Table", Payment.__table__)
_WRITE = HotStatement(insert(_TABLE).values(parameters(_TABLE, "payment_")))

_FRESH = {"populate_existing": True}
"""Rows as the order's lock shows them, also where they were read before it was ours."""


async def write(tx: TenantTx, payment: Payment) -> None:
    await tx.rows(_WRITE, values_of(payment, "payment_"))
    tx.adopt(payment)


async def payments_of(tx: TenantRead, order_id: UUID) -> Sequence[Payment]:
    """The oldest first."""
    found = await tx.scalars(
        select(Payment)
        .where(Payment.order_id == order_id)
        .order_by(Payment.id)
        .execution_options(**_FRESH)
    )
    return found.all()


async def refunds_of(tx: TenantRead, order_id: UUID) -> Sequence[Refund]:
    """The oldest first."""
    found = await tx.scalars(
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order_id)
        .order_by(Refund.id)
    )
    return found.all()


async def open_payment_of(tx: TenantRead, order_id: UUID) -> Payment | None:
    """The newest that a provider may still collect."""
    found = await tx.scalars(
        select(Payment)
        .where(Payment.order_id == order_id, Payment.status.in_(OPEN))
        .order_by(Payment.id.desc())
        .limit(1)
        .execution_options(**_FRESH)
    )
    return found.first()


async def payment_with_order(tx: TenantRead, payment_id: UUID) -> tuple[Payment, Order] | None:
    found = await tx.execute(
        select(Payment, Order)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.id == payment_id)
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def refund_with_payment(tx: TenantRead, refund_id: UUID) -> tuple[Refund, Payment] | None:
    found = await tx.execute(
        select(Refund, Payment)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.id == refund_id)
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def refunds_of_payment(tx: TenantRead, payment_id: UUID) -> Sequence[Refund]:
    found = await tx.scalars(
        select(Refund)
        .where(Refund.payment_id == payment_id)
        .order_by(Refund.id)
        .execution_options(**_FRESH)
    )
    return found.all()


async def promised_minor(tx: TenantRead, payment_id: UUID) -> int:
    """Refunds on their way: neither given nor failed."""
    found = await tx.scalar(
        select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
            Refund.payment_id == payment_id, Refund.status == RefundStatus.CREATED
        )
    )
    return int(found)


async def orders_money(tx: TenantRead) -> Sequence[tuple[UUID, str, int]]:
    """(order, status, captured less given back) of every order that ever had a payment in its
    currency."""
    kept = func.sum(Payment.captured_minor - Payment.refunded_minor)
    found = await tx.execute(
        select(Order.id, Order.status, kept)
        .join(Payment, Payment.order_id == Order.id)
        .where(Payment.captured_currency.is_(None))
        .group_by(Order.id)
    )
    return [(row[0], OrderStatus(row[1]), int(row[2])) for row in found]
