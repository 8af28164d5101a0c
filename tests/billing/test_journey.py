"""One order through the stall: placed, paid on the hosted page, told by the callback."""

import pytest

from tests.factories.billing import COURIER_MINOR, Stall, checkout_request

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
