"""What was paid with a gift card that the order bought does not go back as money too."""

from uuid import UUID

import pytest

from kram.billing.refunds.service import refund_order, refundable
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.digital.service import issue_cards
from kram.shop.giftcards import service as giftcards
from kram.shop.giftcards.models import GiftCard
from kram.shop.orders import service as orders
from kram.shop.orders.errors import CardsSpent
from kram.shop.orders.models import DeliveryMethod
from tests.factories.billing import Stall, checkout_request
from tests.factories.digital import grants, make_card
from tests.factories.inventory import STAFF

pytestmark = pytest.mark.anyio

PRICE = 12_500


async def bought(stall: Stall, keys: KeyRing, spent: int) -> tuple[UUID, UUID]:
    """An order of a card that is worth its price, of which somebody used that much."""
    async with stall.db.tenant(stall.tenant) as tx:
        variant_id = await make_card(tx, PRICE)
    customer_id = await stall.shopper_with(variant_id)
    request = checkout_request(total_minor=PRICE, delivery=DeliveryMethod.DIGITAL, address="")
    answer = await stall.checkout.place(stall.card, customer_id, f"key-{new_id()}", request)
    order_id = answer.placed.order_id
    _, [payment], _ = await stall.look(order_id)
    stall.acquirer.succeed(stall.record_of(payment))
    await stall.work()
    other = await stall.order(key=f"key-{new_id()}")
    async with stall.db.tenant(stall.tenant) as tx:
        order = await orders.mark_paid(tx, order_id, STAFF)
        await issue_cards(tx, keys, order_id, order.code)
        [card_id] = [each.card_id for each in await grants(tx, order_id) if each.card_id]
        if spent:
            await giftcards.redeem(tx, card_id, other, spent, STAFF)
    return order_id, card_id


async def refund(stall: Stall, order_id: UUID, minor: int | None) -> int:
    amount = None if minor is None else Money(minor, "UAH")
    async with stall.db.tenant(stall.tenant) as tx:
        made = await refund_order(tx, order_id, amount, STAFF, "wrong", new_id())
        return made.amount_minor


async def test_the_rest_goes_back_and_the_card_is_closed(stall: Stall, keys: KeyRing) -> None:
    order_id, card_id = await bought(stall, keys, 4_000)
    async with stall.db.tenant_read(stall.tenant) as reading:
        assert await refundable(reading, order_id) == Money(8_500, "UAH")
    with pytest.raises(CardsSpent) as refused:
        await refund(stall, order_id, PRICE)
    assert refused.value.extra["left"] == Money(8_500, "UAH")
    assert await refund(stall, order_id, None) == 8_500
    async with stall.db.tenant_read(stall.tenant) as reading:
        assert await giftcards.by_id(reading, card_id, "UAH") is None
        assert await refundable(reading, order_id) is None
    await stall.work()
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor) == ("paid", 8_500)
    async with stall.db.tenant_read(stall.tenant) as reading:
        assert all(each.revoked_at for each in await grants(reading, order_id))
    with pytest.raises(CardsSpent):
        await refund(stall, order_id, None)


async def test_of_a_card_that_was_used_up_nothing_goes_back(stall: Stall, keys: KeyRing) -> None:
    order_id, _ = await bought(stall, keys, PRICE)
    for minor in (None, 1, PRICE):
        with pytest.raises(CardsSpent):
            await refund(stall, order_id, minor)


async def test_an_unused_card_goes_back_whole(stall: Stall, keys: KeyRing) -> None:
    order_id, card_id = await bought(stall, keys, 0)
    assert await refund(stall, order_id, None) == PRICE
    async with stall.db.tenant_read(stall.tenant) as reading:
        card = await reading.get(GiftCard, card_id)
        assert card is not None
        assert card.blocked_at is not None  # before the provider has answered
    await stall.work()
    order, _, _ = await stall.look(order_id)
    assert order.payment_state == "refunded"
