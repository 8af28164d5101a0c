"""One order through the stall: placed, paid on the hosted page, told by the callback."""

import pytest

from kram.billing.refunds.service import refund_order
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.ids import new_id
from kram.shop.digital.queries import pool_difference
from kram.shop.orders.models import DeliveryMethod
from tests.factories.billing import COURIER_MINOR, Stall, checkout_request
from tests.factories.digital import free, given_keys, make_pool
from tests.factories.inventory import STAFF

pytestmark = pytest.mark.anyio


async def pay(stall: Stall, redirect_url: str, card: str = "4242424242424242"):
    return await stall.pages.post(
        f"{redirect_url}/card", data={"number": card, "expiry": "12/34", "cvc": "123"}
    )


async def test_order_is_paid_by_card(stall: Stall) -> None:
    variant_id = await stall.stock(3)
    customer_id = await stall.shopper_with(variant_id, 2)
    request = checkout_request(total_minor=2 * 12_500 + COURIER_MINOR)
    answer = await stall.checkout.place(stall.card, customer_id, "key-00000001", request)
    assert answer.redirect_url is not None
    order, [payment], _ = await stall.look(answer.placed.order_id)
    assert (order.status, order.number, order.total_minor) == ("awaiting_payment", None, 34_000)
    assert (payment.status, payment.amount_minor) == ("pending", 34_000)

    back = await pay(stall, answer.redirect_url)
    assert back.status_code == 303
    await stall.work()
    order, [payment], refunds = await stall.look(answer.placed.order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (payment.status, payment.captured_minor, refunds) == ("succeeded", 34_000, [])
    assert back.headers["location"] == f"http://kram.test/m/{stall.tenant.slug}/orders/{order.code}"
    assert (await stall.carts.get(stall.tenant.id, customer_id)).lines == ()


async def test_keys_are_given_once_however_often_the_provider_tells(
    stall: Stall, keys: KeyRing
) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        pool = await make_pool(tx, keys, 3)
    customer_id = await stall.shopper_with(pool, 2)
    request = checkout_request(
        total_minor=2 * 12_500, delivery=DeliveryMethod.DIGITAL, address="", payment="sandbox"
    )
    answer = await stall.checkout.place(stall.card, customer_id, "key-00000001", request)
    assert answer.redirect_url is not None
    await pay(stall, answer.redirect_url)
    callbacks = stall.acquirer.book.due_callbacks(utc_now())
    for _ in range(3):
        for callback in callbacks:
            await stall.acquirer.callbacks.send(callback)
        await stall.work()
    order, [payment], _ = await stall.look(answer.placed.order_id)
    assert (order.status, order.total_minor, payment.captured_minor) == (
        "delivered",
        25_000,
        25_000,
    )
    async with stall.db.tenant_read(stall.tenant) as tx:
        given = await given_keys(tx)
        assert (len(given), len(set(given)), await free(tx, pool)) == (2, 2, 1)
        assert await pool_difference(tx) == 0
    names = await stall.events("order.digital_given.v1", "order.delivered.v1")
    assert names == ["order.digital_given.v1", "order.delivered.v1"]


async def test_a_refund_of_all_takes_the_keys_back(stall: Stall, keys: KeyRing) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        pool = await make_pool(tx, keys, 1)
    customer_id = await stall.shopper_with(pool)
    request = checkout_request(total_minor=12_500, delivery=DeliveryMethod.DIGITAL, address="")
    answer = await stall.checkout.place(stall.card, customer_id, "key-00000001", request)
    assert answer.redirect_url is not None
    await pay(stall, answer.redirect_url)
    await stall.work()
    order_id = answer.placed.order_id
    async with stall.db.tenant(stall.tenant) as tx:
        await refund_order(tx, order_id, None, STAFF, "by mistake", new_id())
    await stall.work()
    order, _, [refund] = await stall.look(order_id)
    assert (order.payment_state, refund.status) == ("refunded", "succeeded")
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert (await given_keys(tx), await free(tx, pool)) == ([], 1)
        assert await pool_difference(tx) == 0
