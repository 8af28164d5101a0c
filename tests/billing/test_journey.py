"""One order through the house: placed, paid on the hosted page, told by the callback."""

import pytest

from tests.factories.billing import COURIER_MINOR, House, checkout_request

pytestmark = pytest.mark.anyio


async def pay(house: House, redirect_url: str, card: str = "4242424242424242"):
    return await house.pages.post(
        f"{redirect_url}/card", data={"number": card, "expiry": "12/34", "cvc": "123"}
    )


async def test_order_is_paid_by_card(house: House) -> None:
    variant_id = await house.stock(3)
    customer_id = await house.shopper_with(variant_id, 2)
    request = checkout_request(total_minor=2 * 12_500 + COURIER_MINOR)
    answer = await house.checkout.place(house.card, customer_id, "key-00000001", request)
    assert answer.redirect_url is not None
    order, [payment], _ = await house.look(answer.placed.order_id)
    assert (order.status, order.number, order.total_minor) == ("awaiting_payment", None, 34_000)
    assert (payment.status, payment.amount_minor) == ("pending", 34_000)

    back = await pay(house, answer.redirect_url)
    assert back.status_code == 303
    await house.work()
    order, [payment], refunds = await house.look(answer.placed.order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (payment.status, payment.captured_minor, refunds) == ("succeeded", 34_000, [])
    assert back.headers["location"] == f"http://kram.test/m/{house.tenant.slug}/orders/{order.code}"
    assert (await house.carts.get(house.tenant.id, customer_id)).lines == ()
