"""What an order holds besides goods: uses of promotions, a gift card's money, spent points.

Locks are taken in this order: promotions, codes, the buyer's counters, the card, the account; they
come after the order's row and before its stock.
"""

from kram.kit.db.tx import TenantTx
from kram.shop.giftcards import service as giftcards
from kram.shop.loyalty import service as loyalty
from kram.shop.orders.models import Order, PaymentState, StepKind
from kram.shop.orders.pricing import Quote
from kram.shop.orders.rules import Action, after
from kram.shop.orders.service.step import move, standing, write_down
from kram.shop.promotions import service as promotions
from kram.tenants.actor import Actor

TO_GIFT_CARD = "gift_card"
"""The note of the step that tells what went back onto a card."""


async def take(tx: TenantTx, order: Order, quote: Quote, actor: Actor) -> None:
    """Raises: PromotionUsedUp, GiftCardSpent, PointsSpent; then leave the transaction."""
    await promotions.take(tx, order.id, order.customer_id, quote.applied)
    if quote.gift_card is not None and quote.gift_card_minor:
        await giftcards.redeem(tx, quote.gift_card.id, order.id, quote.gift_card_minor, actor)
    if quote.points:
        await loyalty.spend(tx, order.customer_id, order.id, quote.points, actor)


async def give_back(tx: TenantTx, order: Order, actor: Actor) -> None:
    """The order ended before it left: all of it, once. The caller holds the order's lock."""
    if order.pricing.get("promotions"):
        await promotions.give_back(tx, order.id)
    if order.gift_card_minor:
        await _refund_to_card(tx, order, actor)
    if order.pricing.get("points"):
        await loyalty.give_back(tx, order.id, actor)


async def take_again(tx: TenantTx, order: Order, actor: Actor) -> None:
    """For an order that late money revives. Raises like `take`."""
    if order.pricing.get("promotions"):
        await promotions.take_again(tx, order.id)
    if order.gift_card_minor:
        await giftcards.redeem_again(tx, order.id, actor)
    if order.pricing.get("points"):
        await loyalty.spend_again(tx, order.id, actor)


async def _refund_to_card(tx: TenantTx, order: Order, actor: Actor) -> None:
    """All that the order still has of its card, with a step if it was paid."""
    given = await giftcards.give_back(tx, order.id, actor)
    if given and order.payment_state != PaymentState.UNPAID:
        write_down(tx, order, StepKind.REFUNDED, actor, TO_GIFT_CARD, given)


def close(tx: TenantTx, order: Order) -> None:
    """After the cancelling of what its card paid whole: nobody else will say it is refunded."""
    card_paid_all = 0 < order.gift_card_minor == order.total_minor
    if card_paid_all and order.payment_state == PaymentState.PAID:
        move(tx, order, after(standing(order), Action.REFUND))
