"""What a provider's word does to payment and order, in the database."""

from uuid import UUID

import pytest

from kram.billing.payments.errors import PaymentMissing
from kram.billing.payments.models import Payment
from kram.billing.payments.service import advance
from kram.billing.providers.contract import ProviderRefund, ProviderState, ProviderStatus
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.inventory.service import levels, reserve
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.tenants.actor import Actor
from tests.factories.billing import Stall

pytestmark = pytest.mark.anyio

TOTAL = 21_500
STAFF = Actor.system("test")


def state(status: ProviderStatus, minor: int = TOTAL, *refunds: ProviderRefund, **more: str):
    return ProviderState(
        status=status, amount=Money(minor, more.pop("currency", "UAH")), refunds=refunds, **more
    )


def refund_of(minor: int, ref: str = "r1") -> ProviderRefund:
    return ProviderRefund(
        provider_ref=ref, amount=Money(minor, "UAH"), status=ProviderStatus.SUCCEEDED
    )


PAID = state(ProviderStatus.SUCCEEDED)


async def hear(stall: Stall, payment_id: UUID, *words: ProviderState) -> None:
    for word in words:
        async with stall.db.tenant(stall.tenant) as tx:
            await advance(tx, payment_id, word)


async def one_payment(stall: Stall, **changes: object) -> tuple[UUID, UUID]:
    """(order, payment) that waits for its money."""
    order_id = await stall.order(key=f"key-{new_id()}", **changes)
    _, [payment], _ = await stall.look(order_id)
    return order_id, payment.id


async def test_success_places_the_order_and_keeps_its_units(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    await hear(stall, payment_id, PAID)
    order, [payment], refunds = await stall.look(order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (payment.status, payment.captured_minor, payment.failure) == ("succeeded", TOTAL, "")
    assert refunds == []
    await stall.let_time_pass()
    order, _, _ = await stall.look(order_id)
    assert order.status == "placed", "a late timer takes nothing back"


async def test_repeated_success_changes_nothing(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    await hear(stall, payment_id, PAID, PAID, PAID)
    assert await stall.events("order.paid.v1", "order.placed.v1") == [
        "order.placed.v1",
        "order.paid.v1",
    ]
    _, _, refunds = await stall.look(order_id)
    assert refunds == []


async def test_unknown_payment_is_missing(stall: Stall) -> None:
    with pytest.raises(PaymentMissing):
        await hear(stall, new_id(), PAID)


async def test_decline_is_told_once_and_leaves_the_order_waiting(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    declined = state(ProviderStatus.FAILED, failure="card_declined")
    await hear(stall, payment_id, declined, declined)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, payment.status) == ("awaiting_payment", "failed")
    assert payment.failure == "card_declined"
    assert await stall.events("payment.failed.v1") == ["payment.failed.v1"]


async def test_success_after_a_decline_counts(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    await hear(stall, payment_id, state(ProviderStatus.FAILED, failure="card_declined"), PAID)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, payment.status, payment.failure) == ("placed", "succeeded", "")


@pytest.mark.parametrize(
    ("word", "captured"),
    [
        (state(ProviderStatus.SUCCEEDED, TOTAL - 1), TOTAL - 1),
        (state(ProviderStatus.SUCCEEDED, TOTAL + 1), TOTAL + 1),
        (state(ProviderStatus.SUCCEEDED, TOTAL, currency="EUR"), TOTAL),
    ],
)
async def test_other_amount_is_held_and_told(
    stall: Stall, word: ProviderState, captured: int
) -> None:
    order_id, payment_id = await one_payment(stall)
    await hear(stall, payment_id, word, word)
    order, [payment], refunds = await stall.look(order_id)
    assert (order.status, order.payment_state) == ("awaiting_payment", "unpaid")
    assert (payment.status, payment.captured_minor) == ("held", captured)
    assert payment.failure == "amount_mismatch"
    assert refunds == []
    assert await stall.events("payment.held.v1") == ["payment.held.v1"]


async def test_money_for_a_cancelled_order_goes_back(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await orders.cancel(tx, order_id, STAFF, "changed their mind")
    await hear(stall, payment_id, PAID)
    order, [payment], [refund] = await stall.look(order_id)
    assert (order.status, order.payment_state) == ("cancelled", "unpaid")
    assert (payment.status, payment.captured_minor) == ("succeeded", TOTAL)
    assert (refund.amount_minor, refund.reason, refund.status) == (
        TOTAL,
        "order_cancelled",
        "created",
    )


async def test_late_money_revives_an_expired_order_whose_units_are_free(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    await stall.let_time_pass("reservation.due.v1")
    order, _, _ = await stall.look(order_id)
    assert order.status == "cancelled"
    await hear(stall, payment_id, PAID)
    order, _, refunds = await stall.look(order_id)
    assert (order.status, order.payment_state, refunds) == ("placed", "paid", [])


async def test_late_money_goes_back_when_the_units_are_sold(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    await stall.let_time_pass("reservation.due.v1")
    order, _, _ = await stall.look(order_id)
    async with stall.db.tenant(stall.tenant) as tx:
        variant_id = order.lines[0].variant_id
        await sell_the_last(tx, variant_id)
    await hear(stall, payment_id, PAID)
    order, _, [refund] = await stall.look(order_id)
    assert (order.status, order.payment_state) == ("cancelled", "unpaid")
    assert (refund.amount_minor, refund.reason) == (TOTAL, "sold_out")


async def sell_the_last(tx: TenantTx, variant_id: UUID) -> None:
    await reserve(tx, new_id(), {variant_id: 1}, None)
    assert (await levels(tx, [variant_id]))[variant_id].available == 0


async def test_second_payment_of_one_order_goes_back(stall: Stall) -> None:
    order_id, first_id = await one_payment(stall)
    await hear(stall, first_id, state(ProviderStatus.FAILED, failure="card_declined"))
    second = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    assert second.id != first_id
    await hear(stall, second.id, PAID)
    await hear(stall, first_id, PAID)
    order, payments, [refund] = await stall.look(order_id)
    assert order.payment_state == "paid"
    assert [payment.status for payment in payments] == ["succeeded", "succeeded"]
    assert (refund.payment_id, refund.amount_minor, refund.reason) == (
        first_id,
        TOTAL,
        "paid_twice",
    )


async def test_refund_made_in_the_cabinet_is_written_down_once(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    partly = state(ProviderStatus.SUCCEEDED, TOTAL, refund_of(500))
    await hear(stall, payment_id, partly, partly, PAID)
    order, [payment], [refund] = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor) == ("paid", 500)
    assert (refund.status, refund.actor, refund.provider_ref) == (
        "succeeded",
        "provider:sandbox",
        "r1",
    )
    wholly = state(ProviderStatus.SUCCEEDED, TOTAL, refund_of(500), refund_of(TOTAL - 500, "r2"))
    await hear(stall, payment_id, wholly)
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor) == ("refunded", TOTAL)


async def test_refund_of_more_than_was_taken_is_not_believed(stall: Stall) -> None:
    order_id, payment_id = await one_payment(stall)
    await hear(stall, payment_id, state(ProviderStatus.SUCCEEDED, TOTAL, refund_of(TOTAL + 1)))
    order, [payment], refunds = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor, refunds) == ("paid", 0, [])


SIX_WORDS = (
    state(ProviderStatus.PENDING),
    state(ProviderStatus.FAILED, failure="card_declined"),
    state(ProviderStatus.CANCELLED),
    PAID,
    state(ProviderStatus.SUCCEEDED, TOTAL, refund_of(500)),
    state(ProviderStatus.SUCCEEDED, TOTAL, refund_of(500), refund_of(700, "r2")),
)


async def test_all_720_orders_of_six_words_end_in_the_same_state(stall: Stall) -> None:
    """Goes through them like through a tree: what two orders begin with is said once."""
    order_id, payment_id = await one_payment(stall)
    ends: list[tuple[object, ...]] = []

    async def say(tx: TenantTx, left: tuple[ProviderState, ...]) -> None:
        if not left:
            ends.append(await _end(tx, order_id, payment_id))
        for position, word in enumerate(left):
            told = len(tx.pending_events)
            undo = await tx.session.begin_nested()
            await advance(tx, payment_id, word)
            await say(tx, left[:position] + left[position + 1 :])
            await undo.rollback()
            del tx.pending_events[told:]

    async with stall.db.tenant(stall.tenant) as tx:
        await say(tx, SIX_WORDS)
    assert len(ends) == 720
    assert set(ends) == {("placed", "paid", "succeeded", TOTAL, 1_200, "", 1, 2)}


async def _end(tx: TenantTx, order_id: UUID, payment_id: UUID) -> tuple[object, ...]:
    order = await tx.get(Order, order_id)
    payment = await tx.get(Payment, payment_id)
    assert order is not None
    assert payment is not None
    names = [pending.event.name for pending in tx.pending_events]
    return (
        order.status,
        order.payment_state,
        payment.status,
        payment.captured_minor,
        payment.refunded_minor,
        payment.failure,
        names.count("order.paid.v1"),
        names.count("refund.succeeded.v1"),
    )


async def test_order_revived_before_its_cancellation_is_heard_keeps_its_money(
    stall: Stall,
) -> None:
    order_id, payment_id = await one_payment(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await orders.expire(tx, order_id)
    await hear(stall, payment_id, PAID)
    await stall.work()
    order, _, refunds = await stall.look(order_id)
    assert (order.status, order.payment_state, refunds) == ("placed", "paid", [])
