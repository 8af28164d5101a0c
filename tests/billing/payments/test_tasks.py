"""Asking providers, hearing from them, and what remains when either fails."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from kram.billing.payments.models import Payment
from kram.billing.providers.hosted import client as hosted
from kram.kit.clock import utc_now
from kram.kit.ids import new_id
from kram.shop.orders.models import DeliveryMethod
from tests.factories.billing import House, checkout_request

pytestmark = pytest.mark.anyio

CHECK = "payment.check_due.v1"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", ())


async def payment_of(house: House, order_id: UUID) -> Payment:
    _, [payment], _ = await house.look(order_id)
    return payment


async def test_provider_that_is_away_leaves_the_order_and_the_timer_asks_again(
    house: House,
) -> None:
    house.acquirer.faults.refuse_next = 1
    order_id = await house.order()
    payment = await payment_of(house, order_id)
    assert (payment.status, payment.redirect_url) == ("created", None)
    await house.let_time_pass(CHECK)
    payment = await payment_of(house, order_id)
    assert payment.status == "pending"
    assert payment.redirect_url is not None


async def test_refusal_by_the_provider_fails_the_payment_but_not_the_order(house: House) -> None:
    house.acquirer.config.secret_of = lambda merchant: "whsec_" + "A" * 44
    order_id = await house.order()
    order, [payment], _ = await house.look(order_id)
    assert (order.status, payment.status) == ("awaiting_payment", "failed")
    assert payment.failure == "bad_signature"


async def test_timer_finds_money_that_no_callback_told(house: House) -> None:
    order_id = await house.order()
    [record] = house.acquirer.book.payments()
    house.acquirer.callbacks.hold = True
    house.acquirer.succeed(record)
    await house.work()
    assert (await payment_of(house, order_id)).status == "pending"
    await house.let_time_pass(CHECK)
    order, [payment], _ = await house.look(order_id)
    assert (order.status, payment.status) == ("placed", "succeeded")


async def test_open_payment_is_asked_about_again_a_closed_one_is_not(house: House) -> None:
    await house.order()
    await house.let_time_pass(CHECK)
    assert (await house.events(CHECK)) == [CHECK] * 2
    [record] = house.acquirer.book.payments()
    house.acquirer.succeed(record)
    await house.work()
    await house.let_time_pass(CHECK)
    assert (await house.events(CHECK)) == [CHECK] * 2


async def test_payment_of_a_cancelled_order_is_not_begun(house: House) -> None:
    house.acquirer.faults.refuse_next = 1
    order_id = await house.order()
    await house.let_time_pass("reservation.due.v1")
    await house.let_time_pass(CHECK)
    order, [payment], _ = await house.look(order_id)
    assert (order.status, payment.status) == ("cancelled", "cancelled")
    assert house.acquirer.book.payments() == []


async def test_page_that_nobody_paid_ends_with_the_time_to_pay(house: House) -> None:
    order_id = await house.order()
    [record] = house.acquirer.book.payments()
    assert timedelta(minutes=29) < record.order.expires_at - utc_now() <= timedelta(minutes=30)
    record.order = type(record.order)(
        **{name: getattr(record.order, name) for name in record.order.__struct_fields__}
        | {"expires_at": utc_now()}
    )
    await house.let_time_pass(CHECK)
    assert (await payment_of(house, order_id)).status == "cancelled"


async def test_shopper_who_is_back_first_sees_it_paid(house: House) -> None:
    order_id = await house.order()
    [record] = house.acquirer.book.payments()
    house.acquirer.succeed(record)
    payment = await house.payments.refresh(house.tenant, (await payment_of(house, order_id)).id)
    assert payment.status == "succeeded"
    await house.work()
    assert await house.events("order.paid.v1") == ["order.paid.v1"]


async def test_refresh_of_a_silent_provider_changes_nothing(house: House) -> None:
    order_id = await house.order()
    house.acquirer.faults.refuse_next = 1
    before = await payment_of(house, order_id)
    assert (await house.payments.refresh(house.tenant, before.id)).status == "pending"


async def test_webhook_before_during_and_after_the_return_pay_once(house: House) -> None:
    for moment in ("before", "during", "after"):
        order_id = await house.order(key=f"key-{moment}")
        payment = await payment_of(house, order_id)
        [record] = [one for one in house.acquirer.book.payments() if one.id == payment.provider_ref]
        house.acquirer.succeed(record)
        back = house.payments.refresh(house.tenant, payment.id)
        if moment == "before":
            await house.work()
            await back
        elif moment == "during":
            await asyncio.gather(house.work(), back)
        else:
            await back
            await house.work()
        order, [payment], refunds = await house.look(order_id)
        assert (order.payment_state, payment.captured_minor, refunds) == ("paid", 21_500, [])
    assert await house.events("order.paid.v1") == ["order.paid.v1"] * 3


@pytest.mark.parametrize("order", ["as_is", "reversed", "shuffled"])
async def test_callbacks_in_any_order_and_number(house: House, order: str) -> None:
    order_id = await house.order()
    [record] = house.acquirer.book.payments()
    house.acquirer.callbacks.hold = True
    house.acquirer.decline(record)
    house.acquirer.decline(record)
    house.acquirer.succeed(record)
    assert await house.acquirer.callbacks.release(order, copies=3) == 9
    await house.work()
    placed, [payment], _ = await house.look(order_id)
    assert (placed.status, payment.status, payment.failure) == ("placed", "succeeded", "")
    assert await house.events("order.paid.v1") == ["order.paid.v1"]


async def test_refund_in_the_cabinet_reaches_the_order(house: House) -> None:
    order_id = await house.order()
    [record] = house.acquirer.book.payments()
    house.acquirer.succeed(record)
    house.acquirer.refund_by_hand(record, 21_500)
    await house.work()
    order, [payment], [refund] = await house.look(order_id)
    assert (order.payment_state, payment.refunded_minor, refund.status) == (
        "refunded",
        21_500,
        "succeeded",
    )


async def test_pay_again_goes_on_with_an_open_attempt(house: House) -> None:
    order_id = await house.order()
    before = await payment_of(house, order_id)
    again = await house.checkout.pay_again(house.card, order_id, "sandbox")
    assert (again.id, again.redirect_url) == (before.id, before.redirect_url)


async def test_cash_is_collected_with_the_parcel(house: House) -> None:
    order_id = await house.order(payment="cod")
    order, [payment], _ = await house.look(order_id)
    assert (order.status, order.number, order.payment_state) == ("placed", 1001, "unpaid")
    assert (payment.provider, payment.status, payment.expires_at) == ("cod", "pending", None)
    assert await house.events(CHECK, "reservation.due.v1") == []
    await house.fulfil(order_id)
    order, [payment], _ = await house.look(order_id)
    assert (order.status, order.payment_state) == ("delivered", "paid")
    assert (payment.status, payment.captured_minor) == ("succeeded", 21_500)


async def test_cancelled_order_collects_no_cash(house: House) -> None:
    order_id = await house.order(payment="cod")
    await house.cancel(order_id)
    order, [payment], refunds = await house.look(order_id)
    assert (order.status, payment.status, refunds) == ("cancelled", "cancelled", [])


async def test_order_that_costs_nothing_is_paid_by_being_placed(house: House) -> None:
    customer_id = await house.shopper_with(await house.stock(1, price_minor=0))
    request = checkout_request(total_minor=0, delivery=DeliveryMethod.PICKUP, address="")
    answer = await house.checkout.place(house.card, customer_id, f"key-{new_id()}", request)
    order, [payment], _ = await house.look(answer.placed.order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (payment.status, answer.redirect_url) == ("succeeded", None)
    assert house.acquirer.book.payments() == []
