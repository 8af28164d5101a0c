"""A gift card bought for less, or by another card, would pay for a larger one, and so on."""

import pytest
from sqlalchemy import select

from kram.kit.crypto import KeyRing
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.configurator.lines import LineKey
from kram.shop.digital.service import issue_cards
from kram.shop.giftcards import service as giftcards
from kram.shop.giftcards.models import GiftCard
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders import queries, service
from kram.shop.orders.errors import CardForCard, CardsSpent
from kram.shop.orders.events import OrderDelivered
from kram.shop.orders.service.change_goods import change_goods
from kram.shop.orders.service.step import facts
from kram.shop.orders.tasks import earn_points
from kram.shop.promotions.rule import PercentOff
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.digital import grants, make_card, soon
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.promotions import make_promotion

pytestmark = pytest.mark.anyio


async def test_a_card_costs_its_price(tx: TenantTx) -> None:
    """125.00 for 500.00, with a code, points and a card at hand; and it earns nothing."""
    await make_promotion(tx, PercentOff(3_000), code="THIRTY")
    await loyalty.save(tx, Loyalty(is_active=True, spend_limit=10_000, welcome_points=500))
    buyer = (await make_customer(tx)).id
    await loyalty.adjust(tx, buyer, 5_000, STAFF, "")
    [card] = await giftcards.issue(tx, Money(100_000, "UAH"), STAFF)
    extras = Extras(("THIRTY",), card.id, use_points=True)
    lines = {await make_card(tx, 50_000): 1}
    order = await make_order(tx, lines=lines, customer_id=buyer, extras=extras, pay_until=soon())
    assert (order.discount_minor, order.gift_card_minor) == (0, 0)
    assert order.to_pay_minor == 12_500
    await service.mark_paid(tx, order.id, STAFF)
    await earn_points(tx, OrderDelivered(**facts(order)))
    assert await loyalty.balance(tx, buyer) == 5_000
    assert await tx.scalar(select(GiftCard.balance_minor)) == 100_000


async def test_goods_beside_a_card_earn_as_ever(tx: TenantTx) -> None:
    await loyalty.save(tx, Loyalty(is_active=True, earn_rate=1_000))
    buyer = (await make_customer(tx)).id
    lines = {await make_card(tx): 2, await make_variant(tx, stock=1): 1}
    order = await make_order(tx, lines=lines, customer_id=buyer, pay_until=soon())
    await service.mark_paid(tx, order.id, STAFF)
    await earn_points(tx, OrderDelivered(**facts(order)))
    assert await loyalty.balance(tx, buyer) == 1_250


async def test_staff_lets_no_card_pay_for_a_card_either(tx: TenantTx) -> None:
    """Goods that a card paid for are not exchanged for a gift card."""
    [card] = await giftcards.issue(tx, Money(50_000, "UAH"), STAFF)
    order = await make_order(tx, extras=Extras(gift_card_id=card.id))
    [line] = await queries.lines_of(tx, order.id)
    bought = LineKey(await make_card(tx, 50_000))
    with pytest.raises(CardForCard):
        await change_goods(tx, order, [line], {line.id: 0}, {bought: 1}, STAFF)


async def test_an_order_whose_card_was_used_is_not_cancelled(tx: TenantTx, keys: KeyRing) -> None:
    """Its goods can be: by cancelling the rest."""
    lines = {await make_card(tx): 1, await make_variant(tx, stock=1): 1}
    order = await make_order(tx, lines=lines, pay_until=soon())
    await service.mark_paid(tx, order.id, STAFF)
    await issue_cards(tx, keys, order.id, order.code)
    [card_id] = [each.card_id for each in await grants(tx, order.id) if each.card_id]
    await giftcards.redeem(tx, card_id, (await make_order(tx)).id, 100, STAFF)
    with pytest.raises(CardsSpent):
        await service.cancel(tx, order.id, STAFF, "")
