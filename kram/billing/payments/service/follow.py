"""What payments do when an order ends, either way."""

from kram.billing.payments import queries
from kram.billing.payments.models import Payment, PaymentStatus, RefundReason
from kram.billing.payments.rules import OPEN
from kram.billing.payments.service.advance import advance
from kram.billing.payments.service.ledger import left_minor, promise
from kram.billing.providers.cod import CASH_ON_DELIVERY
from kram.billing.providers.contract import ProviderState, ProviderStatus
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.orders.events import OrderCancelled, OrderDelivered
from kram.shop.orders.models import OrderStatus
from kram.shop.orders.service.step import lock
from kram.tenants.actor import Actor


async def on_delivered(tx: TenantTx, event: OrderDelivered) -> None:
    """Hears `order.delivered.v1`: the courier has collected the cash."""
    for payment in await _open_cash(tx, event):
        await advance(tx, payment.id, _cash(payment, ProviderStatus.SUCCEEDED))


async def on_cancelled(tx: TenantTx, event: OrderCancelled) -> None:
    """Hears `order.cancelled.v1`: what was paid goes back, nobody collects cash any more.

    Not for an order that late money has revived before this was heard. A hosted page may still be
    open: money that comes from it is sent back when it comes.
    """
    order = await lock(tx, event.order_id)
    if order.status != OrderStatus.CANCELLED:
        return
    for payment in await _open_cash(tx, event):
        await advance(tx, payment.id, _cash(payment, ProviderStatus.CANCELLED))
    for payment in await queries.payments_of(tx, event.order_id):
        left = await left_minor(tx, payment)
        if payment.status == PaymentStatus.SUCCEEDED and left > 0:
            await promise(
                tx, payment, left, Actor.system("cancelled order"), RefundReason.ORDER_CANCELLED
            )


async def _open_cash(tx: TenantTx, event: OrderDelivered | OrderCancelled) -> list[Payment]:
    payments = await queries.payments_of(tx, event.order_id)
    return [
        payment
        for payment in payments
        if payment.provider == CASH_ON_DELIVERY and payment.status in OPEN
    ]


def _cash(payment: Payment, status: ProviderStatus) -> ProviderState:
    return ProviderState(status=status, amount=Money(payment.amount_minor, payment.currency))
