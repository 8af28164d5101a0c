"""Asking providers, hearing from them, and what remains when either fails."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from kram.billing.payments.errors import NotAwaitingPayment
from kram.billing.payments.models import Payment
from kram.billing.providers.hosted import client as hosted
from kram.kit.clock import utc_now
from kram.kit.ids import new_id
from kram.shop.orders.models import DeliveryMethod
from tests.factories.billing import Stall, checkout_request

pytestmark = pytest.mark.anyio

CHECK = "payment.check_due.v1"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", ())


async def payment_of(stall: Stall, order_id: UUID) -> Payment:
    _, [payment], _ = await stall.look(order_id)
    return payment


async def test_provider_that_is_away_leaves_the_order_and_the_timer_asks_again(
    stall: Stall,
) -> None:
    stall.acquirer.faults.refuse_next = 1
    order_id = await stall.order()
    payment = await payment_of(stall, order_id)
    assert (payment.status, payment.redirect_url) == ("created", None)
    await stall.let_time_pass(CHECK)
    payment = await payment_of(stall, order_id)
    assert payment.status == "pending"
    assert payment.redirect_url is not None


async def test_refusal_by_the_provider_fails_the_payment_but_not_the_order(stall: Stall) -> None:
    stall.acquirer.config.secret_of = lambda merchant: "whsec_" + "A" * 44
    order_id = await stall.order()
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, payment.status) == ("awaiting_payment", "failed")
    assert payment.failure == "bad_signature"


async def test_timer_finds_money_that_no_callback_told(stall: Stall) -> None:
    order_id = await stall.order()
    [record] = stall.acquirer.book.payments()
    stall.acquirer.callbacks.hold = True
    stall.acquirer.succeed(record)
    await stall.work()
    assert (await payment_of(stall, order_id)).status == "pending"
    await stall.let_time_pass(CHECK)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, payment.status) == ("placed", "succeeded")


async def test_open_payment_is_asked_about_again_a_closed_one_is_not(stall: Stall) -> None:
    await stall.order()
    await stall.let_time_pass(CHECK)
    assert (await stall.events(CHECK)) == [CHECK] * 2
    [record] = stall.acquirer.book.payments()
    stall.acquirer.succeed(record)
    await stall.work()
    await stall.let_time_pass(CHECK)
    assert (await stall.events(CHECK)) == [CHECK] * 2


async def test_payment_of_a_cancelled_order_is_not_begun(stall: Stall) -> None:
    stall.acquirer.faults.refuse_next = 1
    order_id = await stall.order()
    await stall.let_time_pass("reservation.due.v1")
    await stall.let_time_pass(CHECK)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, payment.status) == ("cancelled", "cancelled")
    assert stall.acquirer.book.payments() == []


async def test_page_that_nobody_paid_ends_with_the_time_to_pay(stall: Stall) -> None:
    order_id = await stall.order()
    [record] = stall.acquirer.book.payments()
    assert timedelta(minutes=29) < record.order.expires_at - utc_now() <= timedelta(minutes=30)
    record.order = type(record.order)(
        **{name: getattr(record.order, name) for name in record.order.__struct_fields__}
        | {"expires_at": utc_now()}
    )
    await stall.let_time_pass(CHECK)
    assert (await payment_of(stall, order_id)).status == "cancelled"


async def test_shopper_who_is_back_first_sees_it_paid(stall: Stall) -> None:
    order_id = await stall.order()
    [record] = stall.acquirer.book.payments()
    stall.acquirer.succeed(record)
    payment = await stall.payments.refresh(stall.tenant, (await payment_of(stall, order_id)).id)
    assert payment.status == "succeeded"
    await stall.work()
    assert await stall.events("order.paid.v1") == ["order.paid.v1"]


async def test_refresh_of_a_silent_provider_changes_nothing(stall: Stall) -> None:
    order_id = await stall.order()
    stall.acquirer.faults.refuse_next = 1
    before = await payment_of(stall, order_id)
    assert (await stall.payments.refresh(stall.tenant, before.id)).status == "pending"


async def test_webhook_before_during_and_after_the_return_pay_once(stall: Stall) -> None:
    for moment in ("before", "during", "after"):
        order_id = await stall.order(key=f"key-{moment}")
        payment = await payment_of(stall, order_id)
        [record] = [one for one in stall.acquirer.book.payments() if one.id == payment.provider_ref]
        stall.acquirer.succeed(record)
        back = stall.payments.refresh(stall.tenant, payment.id)
        if moment == "before":
            await stall.work()
            await back
        elif moment == "during":
            await asyncio.gather(stall.work(), back)
        else:
            await back
            await stall.work()
        order, [payment], refunds = await stall.look(order_id)
        assert (order.payment_state, payment.captured_minor, refunds) == ("paid", 21_500, [])
    assert await stall.events("order.paid.v1") == ["order.paid.v1"] * 3


@pytest.mark.parametrize("order", ["as_is", "reversed", "shuffled"])
async def test_callbacks_in_any_order_and_number(stall: Stall, order: str) -> None:
    order_id = await stall.order()
    [record] = stall.acquirer.book.payments()
    stall.acquirer.callbacks.hold = True
    stall.acquirer.decline(record)
    stall.acquirer.decline(record)
    stall.acquirer.succeed(record)
    assert await stall.acquirer.callbacks.release(order, copies=3) == 9
    await stall.work()
    placed, [payment], _ = await stall.look(order_id)
    assert (placed.status, payment.status, payment.failure) == ("placed", "succeeded", "")
    assert await stall.events("order.paid.v1") == ["order.paid.v1"]


async def test_refund_in_the_cabinet_reaches_the_order(stall: Stall) -> None:
    order_id = await stall.order()
    [record] = stall.acquirer.book.payments()
    stall.acquirer.succeed(record)
    stall.acquirer.refund_by_hand(record, 21_500)
    await stall.work()
    order, [payment], [refund] = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor, refund.status) == (
        "refunded",
        21_500,
        "succeeded",
    )


async def test_pay_again_goes_on_with_an_open_attempt(stall: Stall) -> None:
    order_id = await stall.order()
    before = await payment_of(stall, order_id)
    again = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    assert (again.id, again.redirect_url) == (before.id, before.redirect_url)


async def test_pay_again_after_the_page_was_cancelled_is_a_new_attempt(stall: Stall) -> None:
    order_id = await stall.order()
    first = await payment_of(stall, order_id)
    stall.acquirer.callbacks.hold = True
    stall.acquirer.cancel(stall.record_of(first))
    again = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    assert again.id != first.id
    assert again.redirect_url not in (None, first.redirect_url)
    _, payments, _ = await stall.look(order_id)
    assert [payment.status for payment in payments] == ["cancelled", "pending"]


async def test_pay_again_for_what_is_paid_finds_that_out(stall: Stall) -> None:
    order_id = await stall.order()
    stall.acquirer.callbacks.hold = True
    stall.acquirer.succeed(stall.record_of(await payment_of(stall, order_id)))
    with pytest.raises(NotAwaitingPayment):
        await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.status) == ("paid", "succeeded")


async def test_good_card_after_a_declined_one_is_found_without_its_callback(stall: Stall) -> None:
    order_id = await stall.order()
    record = stall.record_of(await payment_of(stall, order_id))
    stall.acquirer.decline(record)
    await stall.work()
    assert (await payment_of(stall, order_id)).status == "failed"
    stall.acquirer.callbacks.hold = True
    stall.acquirer.succeed(record)
    await stall.let_time_pass(CHECK)
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.status) == ("paid", "succeeded")


async def test_cash_is_collected_with_the_parcel(stall: Stall) -> None:
    order_id = await stall.order(payment="cod")
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, order.number, order.payment_state) == ("placed", 1001, "unpaid")
    assert (payment.provider, payment.status, payment.expires_at) == ("cod", "pending", None)
    assert await stall.events(CHECK, "reservation.due.v1") == []
    await stall.fulfil(order_id)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, order.payment_state) == ("delivered", "paid")
    assert (payment.status, payment.captured_minor) == ("succeeded", 21_500)


async def test_cancelled_order_collects_no_cash(stall: Stall) -> None:
    order_id = await stall.order(payment="cod")
    await stall.cancel(order_id)
    order, [payment], refunds = await stall.look(order_id)
    assert (order.status, payment.status, refunds) == ("cancelled", "cancelled", [])


async def test_order_that_costs_nothing_is_paid_by_being_placed(stall: Stall) -> None:
    customer_id = await stall.shopper_with(await stall.stock(1, price_minor=0))
    request = checkout_request(total_minor=0, delivery=DeliveryMethod.PICKUP, address="")
    answer = await stall.checkout.place(stall.card, customer_id, f"key-{new_id()}", request)
    order, [payment], _ = await stall.look(answer.placed.order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (payment.status, answer.redirect_url) == ("succeeded", None)
    assert stall.acquirer.book.payments() == []
