"""Money after an order came to cost another sum."""

from uuid import UUID

import pytest

from kram.billing.payments.service import due_minor, on_balance_due
from kram.kit.ids import new_id
from kram.shop.orders import service as orders
from kram.shop.orders.events import OrderBalanceDue
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from tests.factories.billing import Stall, checkout_request
from tests.factories.inventory import STAFF

pytestmark = pytest.mark.anyio

UNITS, TOTAL = 4, 4 * 12_500 + 9_000


async def four_units(stall: Stall, payment: str) -> UUID:
    """An accepted order of four units of 125.00, paid if it is by card."""
    customer = await stall.shopper_with(await stall.stock(UNITS), UNITS)
    request = checkout_request(total_minor=TOTAL, payment=payment)
    answer = await stall.checkout.place(stall.card, customer, f"key-{new_id()}", request)
    order_id = answer.placed.order_id
    if payment == "sandbox":
        _, [made], _ = await stall.look(order_id)
        stall.acquirer.succeed(stall.record_of(made))
        await stall.work()
    async with stall.db.tenant(stall.tenant) as tx:
        await orders.accept(tx, order_id, STAFF)
    return order_id


async def send_one_and_cancel_the_rest(stall: Stall, order_id: UUID) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        [line] = await lines_of(tx, order_id)
        parcel = await orders.pack(tx, order_id, {line.id: 1}, STAFF)
        await tx.flush()
        await orders.send(tx, order_id, parcel.id, STAFF)
        await orders.cancel_rest(tx, order_id, STAFF, "")
        await orders.arrive(tx, order_id, parcel.id, STAFF)
    await stall.work()


async def test_what_was_paid_for_the_rest_goes_back_once(stall: Stall) -> None:
    order_id = await four_units(stall, "sandbox")
    await send_one_and_cancel_the_rest(stall, order_id)
    order, [payment], [refund] = await stall.look(order_id)
    assert (refund.amount_minor, refund.reason) == (37_500, "rest_cancelled")
    assert (payment.refunded_minor, order.payment_state) == (37_500, "paid")


async def test_the_courier_collects_what_was_sent(stall: Stall) -> None:
    order_id = await four_units(stall, "cod")
    await send_one_and_cancel_the_rest(stall, order_id)
    order, [payment], refunds = await stall.look(order_id)
    assert (payment.captured_minor, order.payment_state, refunds) == (21_500, "paid", [])


async def test_a_balance_heard_twice_is_one_refund(stall: Stall) -> None:
    order_id = await four_units(stall, "sandbox")
    event = OrderBalanceDue(
        order_id=order_id,
        refund_id=new_id(),
        amount_minor=10_000,
        reason="edited",
        actor_kind="merchant",
        actor_id="1",
        actor_name="Olena",
    )
    for _ in range(2):
        async with stall.db.tenant(stall.tenant) as tx:
            await on_balance_due(tx, event)
    await stall.work()
    _, [payment], refunds = await stall.look(order_id)
    assert [refund.amount_minor for refund in refunds] == [10_000]
    assert payment.refunded_minor == 10_000


async def dearer(stall: Stall, order_id: UUID, by: int) -> None:
    """The order costs more from now on, as an edit makes it."""
    async with stall.db.tenant(stall.tenant) as tx:
        order = await tx.get(Order, order_id, lock=True)
        assert order is not None
        order.delivery_minor += by
        order.total_minor += by
        order.payment_state = "partly_paid"


async def test_a_difference_is_paid_by_a_payment_of_its_own(stall: Stall) -> None:
    order_id = await four_units(stall, "sandbox")
    await dearer(stall, order_id, 5_000)
    made = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    assert made.amount_minor == 5_000
    stall.acquirer.succeed(stall.record_of(made))
    await stall.work()
    order, payments, refunds = await stall.look(order_id)
    assert (order.payment_state, order.status, refunds) == ("paid", "accepted", [])
    assert [payment.captured_minor for payment in payments] == [TOTAL, 5_000]


async def test_two_differences_at_once_are_paid_and_what_is_too_much_goes_back(
    stall: Stall,
) -> None:
    order_id = await four_units(stall, "sandbox")
    await dearer(stall, order_id, 5_000)
    first = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    await dearer(stall, order_id, 3_000)
    second = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    assert second.amount_minor == 8_000
    stall.acquirer.succeed(stall.record_of(first))
    await stall.work()
    order, _, _ = await stall.look(order_id)
    assert order.payment_state == "partly_paid"
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await due_minor(tx, order) == 3_000
    stall.acquirer.succeed(stall.record_of(second))
    await stall.work()
    order, payments, refunds = await stall.look(order_id)
    kept = sum(payment.captured_minor - payment.refunded_minor for payment in payments)
    assert (order.payment_state, kept) == ("paid", order.total_minor)
    assert [refund.amount_minor for refund in refunds] == [5_000]
