"""An attempt to collect begins."""

from datetime import datetime, timedelta
from typing import TypeGuard
from uuid import UUID

from kram.billing.payments import queries
from kram.billing.payments.errors import NotAwaitingPayment
from kram.billing.payments.events import PaymentCheckDue
from kram.billing.payments.models import Payment, PaymentStatus
from kram.billing.payments.rules import next_check
from kram.billing.payments.service.even import due_minor
from kram.billing.payments.service.locked import lock_payment
from kram.billing.providers.contract import PaymentProvider, Started
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order, OrderStatus, PaymentState
from kram.shop.orders.service.step import lock
from kram.tenants.actor import Actor

TIME_FOR_DIFFERENCE = timedelta(hours=1)
"""How long one page to pay a difference on lives; another one may be opened after it."""


async def open_payment(
    tx: TenantTx,
    order: Order,
    provider: PaymentProvider,
    expires_at: datetime | None,
    amount_minor: int | None = None,
) -> Payment:
    """The row that the provider is asked for after the commit, at the latest by the timer.

    `amount_minor` None: all that the order costs. Of which nothing is left to pay is paid at once.
    """
    asked = order.to_pay_minor if amount_minor is None else amount_minor
    payment = Payment(
        id=new_id(),
        order_id=order.id,
        provider=provider.name,
        status=_first_status(asked, provider),
        currency=order.currency,
        amount_minor=asked,
        captured_minor=0,
        refunded_minor=0,
        failure="",
        expires_at=expires_at,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await queries.write(tx, payment)
    if payment.status == PaymentStatus.CREATED:
        ask_later(tx, payment, 0)
    if payment.status == PaymentStatus.SUCCEEDED:
        await orders.mark_paid(tx, order.id, Actor.system("free order"))
    return payment


def _first_status(asked: int, provider: PaymentProvider) -> PaymentStatus:
    if not asked:
        return PaymentStatus.SUCCEEDED
    return PaymentStatus.PENDING if provider.collects_on_delivery else PaymentStatus.CREATED


async def pay_again(tx: TenantTx, order_id: UUID, provider: PaymentProvider) -> Payment:
    """The attempt to go on with: the one that is open, or a new one after a failure.

    Raises: OrderMissing, NotAwaitingPayment.
    """
    order = await lock(tx, order_id)
    if not awaits_payment(order) or provider.collects_on_delivery:
        raise NotAwaitingPayment
    due = await due_minor(tx, order)
    still_open = await queries.open_payment_of(tx, order_id)
    if _goes_on(still_open, provider, due):
        return still_open
    return await open_payment(tx, order, provider, await _end(tx, order), due)


def awaits_payment(order: Order) -> bool:
    """Whether its shopper can pay now: all of it, or a difference."""
    return (
        order.status == OrderStatus.AWAITING_PAYMENT
        or order.payment_state == PaymentState.PARTLY_PAID
    )


def _goes_on(payment: Payment | None, provider: PaymentProvider, due: int) -> TypeGuard[Payment]:
    return payment is not None and payment.provider == provider.name and payment.amount_minor == due


async def _end(tx: TenantTx, order: Order) -> datetime | None:
    """A waiting order's time to pay was set when it was placed; a difference has no such hurry."""
    if order.payment_state == PaymentState.PARTLY_PAID:
        return tx.now + TIME_FOR_DIFFERENCE
    payments = await queries.payments_of(tx, order.id)
    return payments[-1].expires_at if payments else tx.now + TIME_FOR_DIFFERENCE


async def record_started(tx: TenantTx, payment_id: UUID, started: Started) -> Payment:
    """The provider knows of it. A callback may have been faster: then only the address is new."""
    payment, _ = await lock_payment(tx, payment_id)
    payment.provider_ref = payment.provider_ref or started.provider_ref
    payment.redirect_url = started.redirect_url
    if payment.status == PaymentStatus.CREATED:
        payment.status = PaymentStatus.PENDING
    payment.updated_at = tx.now
    return payment


def ask_later(tx: TenantTx, payment: Payment, asked: int) -> None:
    """Sets the timer of the next question, unless it was asked often enough."""
    due_at = next_check(payment.created_at, tx.now, asked)
    if due_at is not None:
        tx.publish(PaymentCheckDue(payment_id=payment.id, asked=asked), due_at=due_at)
