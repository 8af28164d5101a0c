"""Money goes back once, never too much, and is not forgotten while the provider is away."""

import asyncio
from uuid import UUID

import pytest

from kram.billing.payments.errors import RefundTooLarge
from kram.billing.payments.models import Refund
from kram.billing.providers.hosted import client as hosted
from kram.billing.refunds.errors import NothingToRefund, RefundKeyReused
from kram.billing.refunds.service import refund_order, refundable
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.money import CurrencyMismatch, Money
from kram.tenants.actor import Actor, ActorKind
from tests.factories.billing import Stall

pytestmark = pytest.mark.anyio

OLENA = Actor(ActorKind.MERCHANT, "11111111-0000-7000-8000-000000000001", "Olena")
REQUESTED = "refund.requested.v1"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "PAUSES_SECONDS", ())


@pytest.fixture
async def order_id(stall: Stall) -> UUID:
    """An order of 215.00 UAH, paid by card."""
    return await stall.paid_order()


async def ask(
    stall: Stall, order_id: UUID, minor: int | None = None, refund_id: UUID | None = None
) -> Refund:
    amount = None if minor is None else Money(minor, "UAH")
    async with stall.db.tenant(stall.tenant) as tx:
        return await refund_order(tx, order_id, amount, OLENA, " broken ", refund_id or new_id())


async def given(stall: Stall) -> list[int]:
    """What the acquirer gave back of its only payment."""
    [record] = stall.acquirer.book.payments()
    return [refund.amount_minor for refund in record.refunds]


async def test_part_of_the_money_goes_back(stall: Stall, order_id: UUID) -> None:
    refund = await ask(stall, order_id, 5_000)
    assert (refund.status, refund.reason, refund.actor) == (
        "created",
        "broken",
        f"merchant:{OLENA.id}",
    )
    await stall.work()
    order, [payment], [refund] = await stall.look(order_id)
    assert (refund.status, payment.refunded_minor, order.payment_state) == (
        "succeeded",
        5_000,
        "paid",
    )
    assert await given(stall) == [5_000]
    assert await stall.events("refund.succeeded.v1", "order.refunded.v1") == ["refund.succeeded.v1"]


async def test_all_that_is_left_goes_back(stall: Stall, order_id: UUID) -> None:
    await ask(stall, order_id, 5_000)
    await ask(stall, order_id)
    await stall.work()
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor) == ("refunded", 21_500)
    assert sorted(await given(stall)) == [5_000, 16_500]
    assert await stall.events("order.refunded.v1") == ["order.refunded.v1"]


async def test_each_refund_is_a_step_with_its_amount_reason_and_person(
    stall: Stall, order_id: UUID
) -> None:
    await ask(stall, order_id, 5_000)
    await stall.work()
    await ask(stall, order_id, 1_500)
    await stall.work()
    await stall.cancel(order_id)
    order, _, _ = await stall.look(order_id)
    steps = [(step.kind, step.amount_minor, step.note, step.actor_name) for step in order.steps]
    assert steps[2:] == [
        ("refunded", 5_000, "broken", "Olena"),
        ("refunded", 1_500, "broken", "Olena"),
        ("cancelled", None, "changed their mind", "Olena"),
        ("refunded", 15_000, "order_cancelled", "Kram"),
    ]


async def test_a_refused_refund_is_no_step(stall: Stall, order_id: UUID) -> None:
    [record] = stall.acquirer.book.payments()
    stall.acquirer.callbacks.hold = True
    stall.acquirer.refund_by_hand(record, 20_000)
    await ask(stall, order_id, 5_000)
    await stall.work()
    order, _, _ = await stall.look(order_id)
    assert [step.kind for step in order.steps] == ["created", "paid"]


async def test_same_key_is_one_refund(stall: Stall, order_id: UUID) -> None:
    key = new_id()
    first = await ask(stall, order_id, 5_000, key)
    assert (await ask(stall, order_id, 5_000, key)).id == first.id
    with pytest.raises(RefundKeyReused):
        await ask(stall, order_id, 5_001, key)
    await stall.work()
    assert await given(stall) == [5_000]


@pytest.mark.parametrize("minor", [0, -1, 21_501])
async def test_amount_outside_of_what_is_left_is_refused(
    stall: Stall, order_id: UUID, minor: int
) -> None:
    with pytest.raises(RefundTooLarge) as refused:
        await ask(stall, order_id, minor)
    assert refused.value.extra["left"] == Money(21_500, "UAH")
    _, _, refunds = await stall.look(order_id)
    assert refunds == []


async def test_other_currency_is_a_bug(stall: Stall, order_id: UUID) -> None:
    with pytest.raises(CurrencyMismatch):
        async with stall.db.tenant(stall.tenant) as tx:
            await refund_order(tx, order_id, Money(1, "EUR"), OLENA, "", new_id())


async def test_unpaid_order_has_nothing_to_give_back(stall: Stall) -> None:
    order_id = await stall.order()
    with pytest.raises(NothingToRefund):
        await ask(stall, order_id)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await refundable(tx, order_id) is None


async def test_promised_money_is_not_promised_twice(stall: Stall, order_id: UUID) -> None:
    await ask(stall, order_id, 20_000)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await refundable(tx, order_id) == Money(1_500, "UAH")
    with pytest.raises(RefundTooLarge):
        await ask(stall, order_id, 1_501)


async def test_twenty_parallel_refunds_never_exceed_the_payment(
    stall: Stall, order_id: UUID
) -> None:
    async def one() -> bool:
        try:
            await ask(stall, order_id, 5_000)
        except AppError:
            return False
        return True

    taken = await asyncio.gather(*(one() for _ in range(20)))
    assert sum(taken) == 4
    await stall.work()
    assert await given(stall) == [5_000] * 4


async def test_cancelled_paid_order_is_refunded(stall: Stall, order_id: UUID) -> None:
    await ask(stall, order_id, 1_500)
    await stall.cancel(order_id)
    order, [payment], refunds = await stall.look(order_id)
    assert (order.status, order.payment_state) == ("cancelled", "refunded")
    assert [(refund.amount_minor, refund.reason) for refund in refunds] == [
        (1_500, "broken"),
        (20_000, "order_cancelled"),
    ]
    assert payment.refunded_minor == 21_500


async def test_refused_refund_gives_its_share_back(stall: Stall, order_id: UUID) -> None:
    [record] = stall.acquirer.book.payments()
    stall.acquirer.callbacks.hold = True
    stall.acquirer.refund_by_hand(record, 20_000)
    await ask(stall, order_id, 5_000)
    await stall.work()
    _, [payment], [refund] = await stall.look(order_id)
    assert (refund.status, refund.failure) == ("failed", "refund_too_large")
    assert await stall.events("refund.failed.v1") == ["refund.failed.v1"]
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await refundable(tx, order_id) == Money(21_500, "UAH")
    assert payment.refunded_minor == 0


async def test_lost_answer_gives_back_once(stall: Stall, order_id: UUID) -> None:
    stall.acquirer.faults.lose_next = 1
    await ask(stall, order_id, 5_000)
    await stall.let_time_pass(REQUESTED)
    _, [payment], [refund] = await stall.look(order_id)
    assert (refund.status, payment.refunded_minor) == ("succeeded", 5_000)
    assert await given(stall) == [5_000]


async def test_provider_away_for_long_is_asked_every_hour(stall: Stall, order_id: UUID) -> None:
    stall.acquirer.faults.refuse_next = 10
    await ask(stall, order_id, 5_000)
    for _ in range(10):
        await stall.let_time_pass(REQUESTED)
    assert await given(stall) == []
    await stall.let_time_pass(REQUESTED)
    assert await given(stall) == [5_000]
    _, _, [refund] = await stall.look(order_id)
    assert refund.status == "succeeded"


async def test_cash_goes_back_by_hand(stall: Stall) -> None:
    order_id = await stall.order(payment="cod")
    await stall.fulfil(order_id)
    await ask(stall, order_id)
    await stall.work()
    order, [payment], [refund] = await stall.look(order_id)
    assert (order.payment_state, payment.refunded_minor, refund.status) == (
        "refunded",
        21_500,
        "succeeded",
    )
