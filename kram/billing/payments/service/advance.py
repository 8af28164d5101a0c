"""What a provider says of a payment, told by whoever hears it first."""

from typing import Any
from uuid import UUID

import structlog

from kram.billing.payments import queries
from kram.billing.payments.events import PaymentFailed, PaymentHeld
from kram.billing.payments.models import Payment, PaymentStatus, Refund, RefundReason, RefundStatus
from kram.billing.payments.rules import Standing, heard, join
from kram.billing.payments.service.even import even
from kram.billing.payments.service.ledger import left_minor, promise, settle
from kram.billing.payments.service.locked import lock_payment
from kram.billing.providers.contract import ProviderRefund, ProviderState
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.giftcards.errors import GiftCardSpent
from kram.shop.inventory.errors import OutOfStock
from kram.shop.loyalty.errors import PointsSpent
from kram.shop.orders import service as orders
from kram.shop.orders.errors import StepImpossible
from kram.shop.orders.models import Order, PaymentState
from kram.shop.orders.rules import PAYABLE
from kram.shop.promotions.errors import PromotionUsedUp
from kram.tenants.actor import Actor, ActorKind

_log = structlog.get_logger(__name__)


async def advance(tx: TenantTx, payment_id: UUID, state: ProviderState) -> Payment:
    """Brings the payment, and by it the order, to where the provider's word leads.

    Safe for any number of callers and any order of words. Raises: PaymentMissing.
    """
    payment, order = await lock_payment(tx, payment_id)
    known = _standing(payment)
    asked = Money(payment.amount_minor, payment.currency)
    reached = join(known, heard(asked, state))
    payment.provider_ref = payment.provider_ref or state.provider_ref
    if reached != known:
        _write(tx, payment, reached)
    if reached.status is not known.status:
        await _follow(tx, payment, order)
    for refund in state.refunds:
        await _hear_refund(tx, payment, order, refund)
    return payment


def _standing(payment: Payment) -> Standing:
    return Standing(
        PaymentStatus(payment.status),
        payment.captured_minor,
        payment.failure,
        payment.captured_currency,
    )


def _write(tx: TenantTx, payment: Payment, reached: Standing) -> None:
    payment.status = reached.status
    payment.captured_minor = reached.captured_minor
    payment.captured_currency = reached.currency
    payment.failure = reached.failure
    payment.updated_at = tx.now


async def _follow(tx: TenantTx, payment: Payment, order: Order) -> None:
    match PaymentStatus(payment.status):
        case PaymentStatus.SUCCEEDED:
            await _take_in(tx, payment, order)
        case PaymentStatus.FAILED:
            tx.publish(PaymentFailed(**_facts(payment, order), amount_minor=payment.amount_minor))
        case PaymentStatus.HELD:
            tx.publish(PaymentHeld(**_facts(payment, order), amount_minor=payment.captured_minor))
        case _:
            pass


async def _take_in(tx: TenantTx, payment: Payment, order: Order) -> None:
    """The order gets the money, or the money goes back: at once, in this transaction."""
    if order.payment_state not in PAYABLE:
        await _return(tx, payment, RefundReason.PAID_TWICE)
        return
    provider = Actor(ActorKind.PROVIDER, payment.provider, payment.provider)
    if order.payment_state == PaymentState.PARTLY_PAID:
        await even(tx, order, provider)
        return
    try:
        await orders.mark_paid(tx, order.id, provider)
    except StepImpossible:
        await _return(tx, payment, RefundReason.ORDER_CANCELLED)
    except (OutOfStock, PromotionUsedUp, GiftCardSpent, PointsSpent):
        await _return(tx, payment, RefundReason.SOLD_OUT)


async def _return(tx: TenantTx, payment: Payment, reason: RefundReason) -> None:
    left = await left_minor(tx, payment)
    if left > 0:
        await promise(tx, payment, left, Actor.system("late money"), reason)


async def _hear_refund(tx: TenantTx, payment: Payment, order: Order, word: ProviderRefund) -> None:
    refund = await _refund_meant(tx, payment, word)
    if refund is None:
        refund = _made_elsewhere(tx, payment, word)
    if refund is None:
        _log.warning("refund without money", payment=str(payment.id), ref=word.provider_ref)
        return
    await settle(tx, payment, order, refund, word)


async def _refund_meant(tx: TenantTx, payment: Payment, word: ProviderRefund) -> Refund | None:
    for refund in await queries.refunds_of_payment(tx, payment.id):
        same_ref = word.provider_ref is not None and word.provider_ref == refund.provider_ref
        if word.refund_id == refund.id or same_ref:
            return refund
    return None


def _made_elsewhere(tx: TenantTx, payment: Payment, word: ProviderRefund) -> Refund | None:
    """A refund that somebody made in the provider's own cabinet: money that has left us."""
    free = payment.captured_minor - payment.refunded_minor
    if word.amount.currency != payment.money_currency or not 0 < word.amount.minor <= free:
        return None
    refund = Refund(
        id=new_id(),
        payment_id=payment.id,
        amount_minor=word.amount.minor,
        status=RefundStatus.CREATED,
        reason="",
        actor=f"{ActorKind.PROVIDER}:{payment.provider}",
        actor_name=payment.provider,
        failure="",
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.add(refund)
    return refund


def _facts(payment: Payment, order: Order) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "order_id": order.id,
        "order_code": order.code,
        "provider": payment.provider,
        "currency": payment.money_currency,
        "failure": payment.failure,
    }
