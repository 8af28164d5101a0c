"""What payments do when an order ends, either way, or comes to cost another sum."""

from uuid import UUID, uuid5

import structlog

from kram.billing.payments import queries
from kram.billing.payments.models import Payment, PaymentStatus, RefundReason
from kram.billing.payments.rules import OPEN
from kram.billing.payments.service.advance import advance
from kram.billing.payments.service.even import due_minor, even, give_back
from kram.billing.payments.service.ledger import give_to_card, left_minor, promise
from kram.billing.providers.cod import CASH_ON_DELIVERY
from kram.billing.providers.contract import ProviderState, ProviderStatus
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.giftcards import service as giftcards
from kram.shop.orders.events import OrderBalanceDue, OrderCancelled, OrderDelivered
from kram.shop.orders.models import Order, OrderStatus, PaymentState
from kram.shop.orders.service.step import lock
from kram.tenants.actor import Actor, ActorKind

_log = structlog.get_logger(__name__)


async def on_delivered(tx: TenantTx, event: OrderDelivered | OrderBalanceDue) -> None:
    """Hears `order.delivered.v1`: the courier has collected the cash."""
    order = await lock(tx, event.order_id)
    for payment in await _open_cash(tx, order.id):
        payment.amount_minor = await due_minor(tx, order)
        await advance(tx, payment.id, _cash(payment, ProviderStatus.SUCCEEDED))


async def on_balance_due(tx: TenantTx, event: OrderBalanceDue) -> None:
    """Hears `order.balance_due.v1`: the order costs another sum, or some of it goes back.

    What was not paid yet is asked for as it is now; what was paid too much goes back, once.
    """
    order = await lock(tx, event.order_id)
    if order.status == OrderStatus.DELIVERED:
        await on_delivered(tx, event)
    actor = Actor(ActorKind(event.actor_kind), event.actor_id, event.actor_name)
    match PaymentState(order.payment_state):
        case PaymentState.UNPAID:
            for payment in await _open_cash(tx, order.id):
                payment.amount_minor, payment.updated_at = order.to_pay_minor, tx.now
            await _free_card(tx, order, actor, event)
        case PaymentState.PARTLY_PAID:
            await _free_card(tx, order, actor, event)
            await even(tx, order, actor)
        case PaymentState.PAID if event.amount_minor > 0:
            await _give_back(tx, order, event, actor)
        case _:
            pass


async def _free_card(tx: TenantTx, order: Order, actor: Actor, event: OrderBalanceDue) -> None:
    """A card that paid for more than the order costs by now gets the rest back."""
    over = await giftcards.owed(tx, order.id) - (order.total_minor - order.cancelled_minor)
    await give_to_card(tx, order, over, actor, event.reason, uuid5(event.refund_id, "card"))


async def on_cancelled(tx: TenantTx, event: OrderCancelled) -> None:
    """Hears `order.cancelled.v1`: what was paid goes back, nobody collects cash any more.

    Not for an order that late money has revived before this was heard. A hosted page may still be
    open: money that comes from it is sent back when it comes.
    """
    order = await lock(tx, event.order_id)
    if order.status != OrderStatus.CANCELLED:
        return
    for payment in await _open_cash(tx, order.id):
        await advance(tx, payment.id, _cash(payment, ProviderStatus.CANCELLED))
    for payment in await queries.payments_of(tx, event.order_id):
        left = await left_minor(tx, payment)
        if payment.status == PaymentStatus.SUCCEEDED and left > 0:
            await promise(
                tx, payment, left, Actor.system("cancelled order"), RefundReason.ORDER_CANCELLED
            )


async def _give_back(tx: TenantTx, order: Order, event: OrderBalanceDue, actor: Actor) -> None:
    missing = await give_back(
        tx, order.id, event.amount_minor, actor, event.reason, event.refund_id
    )
    if missing:
        _log.warning("less was paid than goes back", order=str(order.id), missing=missing)


async def _open_cash(tx: TenantTx, order_id: UUID) -> list[Payment]:
    payments = await queries.payments_of(tx, order_id)
    return [
        payment
        for payment in payments
        if payment.provider == CASH_ON_DELIVERY and payment.status in OPEN
    ]


def _cash(payment: Payment, status: ProviderStatus) -> ProviderState:
    return ProviderState(status=status, amount=Money(payment.amount_minor, payment.currency))
