"""Money that goes back: promised in one transaction, given by the provider, settled in another."""

from typing import Any
from uuid import UUID

from kram.billing.payments import queries
from kram.billing.payments.errors import RefundTooLarge
from kram.billing.payments.events import RefundFailed, RefundRequested, RefundSucceeded
from kram.billing.payments.models import Payment, Refund, RefundReason, RefundStatus
from kram.billing.payments.rules import join_refund
from kram.billing.providers.contract import ProviderRefund
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.giftcards import service as giftcards
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order, PaymentState
from kram.shop.orders.service.give import take_back
from kram.shop.orders.service.spent import spent_minor
from kram.tenants.actor import Actor, ActorKind

GIFT_CARD = "gift_card"
"""How the reference of a refund begins that went onto a card instead of through a provider."""

_CAUSED = frozenset(RefundReason)


async def left_minor(tx: TenantRead, payment: Payment) -> int:
    """What is neither given back nor promised. Exact only while the order is locked."""
    promised = await queries.promised_minor(tx, payment.id)
    return payment.captured_minor - payment.refunded_minor - promised


async def promise(
    tx: TenantTx,
    payment: Payment,
    amount_minor: int,
    actor: Actor,
    reason: str,
    refund_id: UUID | None = None,
) -> Refund:
    """Puts a refund on its way; the caller holds the order's lock. Raises: RefundTooLarge."""
    left = await left_minor(tx, payment)
    if not 0 < amount_minor <= left:
        raise RefundTooLarge(left=Money(left, payment.money_currency))
    refund = _refund(tx, payment, amount_minor, actor, reason, refund_id or new_id())
    tx.add(refund)
    tx.publish(RefundRequested(refund_id=refund.id))
    return refund


async def give_to_card(
    tx: TenantTx, order: Order, amount_minor: int, actor: Actor, reason: str, refund_id: UUID
) -> Refund | None:
    """Puts up to that much back onto the gift card that paid a part of the order; done at once.

    The shopper's money goes back before what was on a card, so this comes last. None: the order
    has nothing of a card. Repeated with the same `refund_id` it happens once. The caller holds the
    order's lock.
    """
    known = await tx.get(Refund, refund_id)
    payments = await queries.payments_of(tx, order.id)
    if known is not None or amount_minor <= 0 or not payments:
        return known
    given = await giftcards.give_back(tx, order.id, actor, amount_minor)
    if not given:
        return None
    payment = payments[-1]
    refund = _refund(tx, payment, given, actor, reason, refund_id)
    refund.status, refund.provider_ref = RefundStatus.SUCCEEDED, f"{GIFT_CARD}:{refund_id.hex}"
    tx.add(refund)
    tx.publish(RefundSucceeded(**_facts(payment, order, refund)))
    await orders.note_refund(tx, order.id, given, actor, reason, is_goodwill=_is_goodwill(refund))
    await _close_account(tx, order)
    return refund


async def settle(
    tx: TenantTx, payment: Payment, order: Order, refund: Refund, word: ProviderRefund
) -> None:
    """Writes down what became of a refund; nothing if that is known. The order is locked."""
    reached = join_refund(RefundStatus(refund.status), word.status)
    refund.provider_ref = refund.provider_ref or word.provider_ref
    if reached == refund.status:
        return
    refund.status, refund.failure, refund.updated_at = reached, word.failure, tx.now
    if reached is RefundStatus.SUCCEEDED:
        payment.refunded_minor += refund.amount_minor
        payment.updated_at = tx.now
        tx.publish(RefundSucceeded(**_facts(payment, order, refund)))
        await orders.note_refund(
            tx,
            order.id,
            refund.amount_minor if payment.captured_currency is None else None,
            _wanted_by(refund),
            refund.reason,
            is_goodwill=payment.captured_currency is None and _is_goodwill(refund),
        )
        await _close_account(tx, order)
    else:
        tx.publish(RefundFailed(**_facts(payment, order, refund)))


def _refund(
    tx: TenantTx, payment: Payment, amount_minor: int, actor: Actor, reason: str, refund_id: UUID
) -> Refund:
    return Refund(
        id=refund_id,
        payment_id=payment.id,
        amount_minor=amount_minor,
        status=RefundStatus.CREATED,
        reason=reason,
        actor=f"{actor.kind}:{actor.id}",
        actor_name=actor.name,
        failure="",
        created_at=tx.now,
        updated_at=tx.now,
    )


async def _close_account(tx: TenantTx, order: Order) -> None:
    """An order of whose money nothing is left is refunded. What was spent of its gift cards stays
    paid, and no more of the order than that."""
    payments = await queries.payments_of(tx, order.id)
    kept = sum(
        payment.captured_minor - payment.refunded_minor
        for payment in payments
        if payment.captured_currency is None
    )
    kept += await giftcards.owed(tx, order.id)
    if order.payment_state != PaymentState.PAID:
        return
    if kept == 0:
        await orders.mark_refunded(tx, order.id)
    elif kept <= await spent_minor(tx, order.id):
        await take_back(tx, order, Actor.system("refunded"))


def _is_goodwill(refund: Refund) -> bool:
    """A person wrote why, or it was made in the provider's cabinet: no goods, no sum that changed
    stands behind it."""
    return refund.reason not in _CAUSED


def _wanted_by(refund: Refund) -> Actor:
    kind, _, actor_id = refund.actor.partition(":")
    return Actor(ActorKind(kind), actor_id, refund.actor_name)


def _facts(payment: Payment, order: Order, refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": refund.id,
        "payment_id": payment.id,
        "order_id": order.id,
        "order_code": order.code,
        "amount_minor": refund.amount_minor,
        "currency": payment.money_currency,
        "reason": refund.reason,
        "failure": refund.failure,
    }
