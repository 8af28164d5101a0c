"""An attempt to collect begins."""

from datetime import datetime
from uuid import UUID

from kram.billing.payments import queries
from kram.billing.payments.errors import NotAwaitingPayment
from kram.billing.payments.events import PaymentCheckDue
from kram.billing.payments.models import Payment, PaymentStatus
from kram.billing.payments.rules import next_check
from kram.billing.payments.service.locked import lock_payment
from kram.billing.providers.contract import PaymentProvider, Started
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order, OrderStatus
from kram.shop.orders.service.step import lock
from kram.tenants.actor import Actor


async def open_payment(
    tx: TenantTx, order: Order, provider: PaymentProvider, expires_at: datetime | None
) -> Payment:
    """The row that the provider is asked for after the commit, at the latest by the timer.

    An order of which nothing is left to pay is paid by it at once.
    """
    payment = Payment(
        id=new_id(),
        order_id=order.id,
        provider=provider.name,
        status=_first_status(order, provider),
        currency=order.currency,
        amount_minor=order.to_pay_minor,
        captured_minor=0,
        refunded_minor=0,
        failure="",
        expires_at=expires_at,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.add(payment)
    if payment.status == PaymentStatus.CREATED:
        ask_later(tx, payment, 0)
    if payment.status == PaymentStatus.SUCCEEDED:
        await orders.mark_paid(tx, order.id, Actor.system("free order"))
    return payment


def _first_status(order: Order, provider: PaymentProvider) -> PaymentStatus:
    if provider.collects_on_delivery:
        return PaymentStatus.PENDING
    return PaymentStatus.CREATED if order.to_pay_minor else PaymentStatus.SUCCEEDED


async def pay_again(tx: TenantTx, order_id: UUID, provider: PaymentProvider) -> Payment:
    """The attempt to go on with: the one that is open, or a new one after a failure.

    Raises: OrderMissing, NotAwaitingPayment.
    """
    order = await lock(tx, order_id)
    if order.status != OrderStatus.AWAITING_PAYMENT or provider.collects_on_delivery:
        raise NotAwaitingPayment
    payments = await queries.payments_of(tx, order_id)
    still_open = await queries.open_payment_of(tx, order_id)
    if still_open is not None and still_open.provider == provider.name:
        return still_open
    return await open_payment(tx, order, provider, payments[-1].expires_at)


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
