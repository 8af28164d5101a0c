"""What the staff asks for."""

from uuid import UUID

from kram.billing.payments import queries
from kram.billing.payments.errors import RefundTooLarge
from kram.billing.payments.models import Payment, Refund
from kram.billing.payments.service import give_to_card, left_minor, promise
from kram.billing.refunds.errors import NothingToRefund, RefundKeyReused
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.money import Money
from kram.kit.text import line
from kram.shop.digital.grant_queries import block_cards
from kram.shop.giftcards import service as giftcards
from kram.shop.orders.errors import CardsSpent
from kram.shop.orders.models import Order, PaymentState
from kram.shop.orders.service.spent import spent_minor
from kram.shop.orders.service.step import lock
from kram.tenants.actor import Actor


async def refundable(tx: TenantRead, order_id: UUID) -> Money | None:
    """The most that one refund of this order may give back; None: nothing.

    The shopper's money goes first: what a gift card paid is had when none of it is left. What was
    paid with the gift cards that the order bought cannot go back.
    """
    order = await tx.get(Order, order_id)
    if order is None:
        return None
    found = await _payment_with_money(tx, order_id)
    left = found[1] if found else await _on_card(tx, order)
    most = min(left, await _spare(tx, order, await spent_minor(tx, order_id)))
    return Money(most, order.currency) if most > 0 else None


async def refund_order(
    tx: TenantTx,
    order_id: UUID,
    amount: Money | None,
    actor: Actor,
    reason: str,
    refund_id: UUID,
) -> Refund:
    """Puts the amount (None: all that is left) on its way back; the provider is asked afterwards.

    `refund_id` is the caller's: asked for twice, it is one refund. Raises: OrderMissing,
    NothingToRefund, RefundTooLarge, CardsSpent, RefundKeyReused, CurrencyMismatch.
    """
    order = await lock(tx, order_id)
    known = await tx.get(Refund, refund_id)
    if known is not None:
        return _same(known, amount)
    amount = await _without_spent(tx, order, amount)
    found = await _payment_with_money(tx, order_id)
    if found is None:
        return await _to_card(tx, order, amount, actor, line(reason), refund_id)
    payment, left = found
    wanted = Money(left, payment.currency) if amount is None else amount
    difference = Money(left, payment.currency) - wanted
    return await promise(tx, payment, left - difference.minor, actor, line(reason), refund_id)


async def _without_spent(tx: TenantTx, order: Order, amount: Money | None) -> Money | None:
    """The amount, or as much of all as may go back. With the last of it the cards are blocked, so
    that nobody spends what is on its way. Raises: CardsSpent."""
    spent = await spent_minor(tx, order.id, lock=True)
    spare = Money(await _spare(tx, order, spent), order.currency)
    if spent and amount is None:
        amount = spare
        found = await _payment_with_money(tx, order.id)
        if found is not None:
            amount = min(spare, Money(found[1], order.currency))
    if spent and amount is not None and (amount > spare or spare.minor <= 0):
        raise CardsSpent(left=spare)
    if amount is None or amount == spare:
        await block_cards(tx, order.id)
    return amount


async def _spare(tx: TenantRead, order: Order, spent: int) -> int:
    """What is left of all the order's money, besides what was spent."""
    payments = [each for each in await queries.payments_of(tx, order.id) if _is_own(each)]
    left = [await left_minor(tx, payment) for payment in payments]
    return max(sum(left) + await _on_card(tx, order) - spent, 0)


async def _to_card(
    tx: TenantTx, order: Order, amount: Money | None, actor: Actor, reason: str, refund_id: UUID
) -> Refund:
    left = Money(await _on_card(tx, order), order.currency)
    wanted = left if amount is None else amount
    if wanted > left or wanted.minor <= 0:
        raise RefundTooLarge(left=left) if left else NothingToRefund
    refund = await give_to_card(tx, order, wanted.minor, actor, reason, refund_id)
    if refund is None:
        raise NothingToRefund
    return refund


async def _on_card(tx: TenantRead, order: Order | None) -> int:
    if order is None or not order.gift_card_minor or order.payment_state != PaymentState.PAID:
        return 0
    return await giftcards.owed(tx, order.id)


def _same(known: Refund, amount: Money | None) -> Refund:
    if amount is not None and amount.minor != known.amount_minor:
        raise RefundKeyReused
    return known


def _is_own(payment: Payment) -> bool:
    """In the order's currency; else `give_back_held`, in that one."""
    return payment.captured_currency is None


async def _payment_with_money(tx: TenantRead, order_id: UUID) -> tuple[Payment, int] | None:
    """The payment of which most is left, and how much."""
    payments = [payment for payment in await queries.payments_of(tx, order_id) if _is_own(payment)]
    left = [(payment, await left_minor(tx, payment)) for payment in payments]
    payment, most = max(left, key=lambda pair: pair[1], default=(None, 0))
    return None if payment is None or most <= 0 else (payment, most)
