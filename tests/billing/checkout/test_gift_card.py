"""A gift card through checkout, cancelling and refunds: the shopper's own money goes back first."""

from uuid import UUID

import pytest
from sqlalchemy import select

from kram.billing.payments.errors import RefundTooLarge
from kram.billing.refunds.service import refund_order, refundable
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.giftcards import service as giftcards
from kram.shop.giftcards.models import GiftCard
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.rules import Loyalty
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from kram.shop.orders.service import OrderEdit
from tests.factories.billing import COURIER_MINOR, Stall, checkout_request
from tests.factories.inventory import STAFF

pytestmark = pytest.mark.anyio

TOTAL = 12_500 + COURIER_MINOR


async def order_with_card(stall: Stall, minor: int, payment: str = "sandbox") -> UUID:
    customer_id = await stall.shopper_with(await stall.stock(1))
    async with stall.db.tenant(stall.tenant) as tx:
        [card] = await giftcards.issue(tx, Money(minor, "UAH"), STAFF)
    extras = Extras(gift_card_id=card.id)
    await stall.carts.put_extras(stall.tenant.id, customer_id, extras)
    request = checkout_request(payment=payment, expected_to_pay_minor=max(TOTAL - minor, 0))
    answer = await stall.checkout.place(stall.card, customer_id, f"key-{new_id()}", request)
    return answer.placed.order_id


async def on_card(stall: Stall) -> int:
    async with stall.db.tenant_read(stall.tenant) as tx:
        return int(await tx.scalar(select(GiftCard.balance_minor)))


async def give_back(stall: Stall, order_id: UUID, minor: int | None) -> None:
    amount = None if minor is None else Money(minor, "UAH")
    async with stall.db.tenant(stall.tenant) as tx:
        await refund_order(tx, order_id, amount, STAFF, "late", new_id())
    await stall.work()


@pytest.mark.parametrize("payment", ["sandbox", "cod"])
async def test_a_card_that_covers_all_needs_no_provider(stall: Stall, payment: str) -> None:
    order_id = await order_with_card(stall, 50_000, payment)
    order, [paid], _ = await stall.look(order_id)
    assert (order.status, order.payment_state, order.gift_card_minor) == ("placed", "paid", TOTAL)
    assert (paid.amount_minor, paid.status, paid.redirect_url) == (0, "succeeded", None)
    assert await on_card(stall) == 50_000 - TOTAL
    await stall.cancel(order_id)
    order, _, _ = await stall.look(order_id)
    assert (order.payment_state, await on_card(stall)) == ("refunded", 50_000)


async def test_a_card_pays_a_part_and_the_provider_the_rest(stall: Stall) -> None:
    order_id = await order_with_card(stall, 10_000)
    order, [payment], _ = await stall.look(order_id)
    assert (order.total_minor, payment.amount_minor) == (TOTAL, TOTAL - 10_000)
    stall.acquirer.succeed(stall.record_of(payment))
    await stall.work()
    await stall.cancel(order_id)
    order, [payment], [refund] = await stall.look(order_id)
    assert (payment.refunded_minor, refund.amount_minor) == (TOTAL - 10_000, TOTAL - 10_000)
    assert (order.payment_state, await on_card(stall)) == ("refunded", 10_000)


async def test_refunds_give_money_first_and_the_card_last(stall: Stall) -> None:
    order_id = await order_with_card(stall, 10_000)
    _, [payment], _ = await stall.look(order_id)
    stall.acquirer.succeed(stall.record_of(payment))
    await stall.work()
    await give_back(stall, order_id, TOTAL - 10_000)
    order, _, _ = await stall.look(order_id)
    assert (order.payment_state, await on_card(stall)) == ("paid", 0)
    async with stall.db.tenant_read(stall.tenant) as reading:
        assert await refundable(reading, order_id) == Money(10_000, "UAH")
    with pytest.raises(RefundTooLarge):
        await give_back(stall, order_id, 10_001)
    await give_back(stall, order_id, 4_000)
    assert await on_card(stall) == 4_000
    await give_back(stall, order_id, None)
    order, _, refunds = await stall.look(order_id)
    assert (order.payment_state, await on_card(stall)) == ("refunded", 10_000)
    assert [refund.amount_minor for refund in refunds] == [TOTAL - 10_000, 4_000, 6_000]
    assert sum(step.amount_minor or 0 for step in order.steps if step.kind == "refunded") == TOTAL


async def test_one_refund_of_a_card_is_one(stall: Stall) -> None:
    order_id, refund_id = await order_with_card(stall, 50_000), new_id()
    for _ in range(2):
        async with stall.db.tenant(stall.tenant) as tx:
            await refund_order(tx, order_id, Money(1_000, "UAH"), STAFF, "", refund_id)
    assert await on_card(stall) == 50_000 - TOTAL + 1_000


async def test_expiry_fills_the_card_up_again(stall: Stall) -> None:
    await order_with_card(stall, 10_000)
    assert await on_card(stall) == 0
    await stall.let_time_pass("reservation.due.v1")
    assert await on_card(stall) == 10_000


async def test_points_are_earned_by_delivery_and_go_with_a_refund(stall: Stall) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        await loyalty.save(tx, Loyalty(is_active=True, earn_rate=1_000))
    order_id = await stall.paid_order()
    order, _, _ = await stall.look(order_id)
    await stall.fulfil(order_id)
    async with stall.db.tenant_read(stall.tenant) as reading:
        assert await loyalty.balance(reading, order.customer_id) == 1_250
    await give_back(stall, order_id, TOTAL)
    async with stall.db.tenant_read(stall.tenant) as reading:
        assert await loyalty.balance(reading, order.customer_id) == 0


async def cheaper(stall: Stall, order_id: UUID, minor: int) -> None:
    """The staff agrees to another product of that price; the delivery stays."""
    other = await stall.stock(1, minor)
    async with stall.db.tenant(stall.tenant) as tx:
        [line] = await lines_of(tx, order_id)
        order = await tx.get(Order, order_id)
        assert order is not None
        edit = OrderEdit(version=order.version, quantities={line.id: 0}, added={other: 1})
        await orders.edit(tx, order_id, edit, STAFF)


async def test_a_card_that_paid_more_than_the_order_costs_gets_the_rest(stall: Stall) -> None:
    """Nobody has paid the courier yet: what is too much is a refund onto the card, once."""
    order_id = await order_with_card(stall, 20_000, "cod")
    await cheaper(stall, order_id, 1_000)
    assert await on_card(stall) == 0
    for _ in range(2):
        await stall.let_time_pass()
    order, [payment], [refund] = await stall.look(order_id)
    assert (order.total_minor, order.gift_card_minor) == (10_000, 10_000)
    assert (payment.amount_minor, await on_card(stall)) == (0, 10_000)
    assert (refund.amount_minor, refund.reason, refund.status) == (10_000, "edited", "succeeded")
    assert refund.provider_ref is not None
    assert refund.provider_ref.startswith("gift_card:")


async def test_an_edit_gives_money_first_and_the_card_last(stall: Stall) -> None:
    order_id = await order_with_card(stall, 18_000)
    _, [payment], _ = await stall.look(order_id)
    stall.acquirer.succeed(stall.record_of(payment))
    await stall.work()
    await cheaper(stall, order_id, 1_000)
    await stall.work()
    order, [payment], refunds = await stall.look(order_id)
    assert (order.payment_state, order.gift_card_minor) == ("paid", 10_000)
    assert (payment.refunded_minor, await on_card(stall)) == (TOTAL - 18_000, 8_000)
    assert sorted(refund.amount_minor for refund in refunds) == [TOTAL - 18_000, 8_000]
    await stall.cancel(order_id)
    assert await on_card(stall) == 18_000


async def test_a_card_is_whole_again_when_the_order_ends_before_the_edit_is_heard(
    stall: Stall,
) -> None:
    order_id = await order_with_card(stall, 20_000, "cod")
    await cheaper(stall, order_id, 1_000)
    await stall.cancel(order_id)
    await stall.let_time_pass()
    assert await on_card(stall) == 20_000


async def test_a_card_and_a_difference_that_is_not_wanted_any_more(stall: Stall) -> None:
    """Dearer, so a difference is awaited; then cheaper than what the card has paid."""
    order_id = await order_with_card(stall, 18_000)
    _, [payment], _ = await stall.look(order_id)
    stall.acquirer.succeed(stall.record_of(payment))
    await stall.work()
    await cheaper(stall, order_id, 30_000)
    await stall.work()
    assert (await stall.look(order_id))[0].payment_state == "partly_paid"
    await cheaper(stall, order_id, 1_000)
    await stall.work()
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, order.total_minor) == ("paid", 10_000)
    assert (payment.refunded_minor, await on_card(stall)) == (TOTAL - 18_000, 8_000)
