"""Money in another amount than was asked for: a person counts it or gives it back, once."""

import asyncio
from uuid import UUID

import msgspec
import pytest

from kram.billing.payments.errors import DecisionRefused, PaymentMissing
from kram.billing.payments.service import count_as_paid, give_back_held, held_money
from kram.billing.providers.contract import ProviderStatus
from kram.billing.refunds.service import refund_order, refundable
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.orders import service as orders
from tests.billing.payments.test_advance import PAID, TOTAL, hear, one_payment, sell_the_last, state
from tests.factories.billing import Stall
from tests.factories.inventory import STAFF

pytestmark = pytest.mark.anyio

TOO_LITTLE, TOO_MUCH = TOTAL - 500, TOTAL + 500


async def held(stall: Stall, came: int = TOO_LITTLE, currency: str = "UAH") -> tuple[UUID, UUID]:
    """(order, payment) of which the acquirer took `came`."""
    order_id, payment_id = await one_payment(stall)
    _, [payment], _ = await stall.look(order_id)
    record = stall.record_of(payment)
    record.order = msgspec.structs.replace(record.order, amount_minor=came, currency=currency)
    stall.acquirer.succeed(record)
    await stall.work()
    return order_id, payment_id


async def count(stall: Stall, payment_id: UUID) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        await count_as_paid(tx, payment_id, STAFF)


async def give_back(stall: Stall, payment_id: UUID) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        await give_back_held(tx, payment_id, STAFF)


async def waiting(stall: Stall, order_id: UUID) -> list[int]:
    _, payments, _ = await stall.look(order_id)
    async with stall.db.tenant_read(stall.tenant) as tx:
        return list((await held_money(tx, payments)).values())


async def refusal(stall: Stall, payment_id: UUID) -> str:
    with pytest.raises(DecisionRefused) as refused:
        await count(stall, payment_id)
    return refused.value.message


@pytest.mark.parametrize("came", [TOO_LITTLE, TOO_MUCH])
async def test_what_came_counts_once_and_by_whom_is_written_down(stall: Stall, came: int) -> None:
    order_id, payment_id = await held(stall, came)
    assert await waiting(stall, order_id) == [came]
    for _ in range(2):
        await count(stall, payment_id)
    order, [payment], refunds = await stall.look(order_id)
    assert (order.status, order.payment_state, order.number) == ("placed", "paid", 1001)
    assert (payment.status, payment.captured_minor, refunds) == ("succeeded", came, [])
    steps = [(step.kind, step.amount_minor, step.note, step.actor_name) for step in order.steps]
    assert steps == [
        ("created", None, "", "Ivan Franko"),
        ("paid", came, "counted_as_paid", STAFF.name),
    ]
    assert await stall.events("order.paid.v1") == ["order.paid.v1"]
    assert await waiting(stall, order_id) == []


async def test_a_late_word_of_the_provider_undoes_no_decision(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    await count(stall, payment_id)
    await hear(stall, payment_id, state(ProviderStatus.SUCCEEDED, TOO_LITTLE))
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.status) == ("paid", "succeeded")


async def test_it_goes_back_once(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    for _ in range(2):
        await give_back(stall, payment_id)
    await stall.work()
    await give_back(stall, payment_id)
    order, [payment], [refund] = await stall.look(order_id)
    assert (refund.amount_minor, refund.reason, refund.status) == (
        TOO_LITTLE,
        "wrong_amount",
        "succeeded",
    )
    assert (payment.status, payment.refunded_minor) == ("held", TOO_LITTLE)
    assert (order.payment_state, order.steps[-1].kind) == ("unpaid", "refunded")
    assert (order.steps[-1].amount_minor, order.steps[-1].actor_name) == (TOO_LITTLE, STAFF.name)
    assert await waiting(stall, order_id) == []


async def test_too_much_may_go_back_in_part_before_the_rest_counts(stall: Stall) -> None:
    order_id, payment_id = await held(stall, TOO_MUCH)
    async with stall.db.tenant(stall.tenant) as tx:
        await refund_order(tx, order_id, Money(500, "UAH"), STAFF, "too much", new_id())
    assert await waiting(stall, order_id) == [TOTAL]
    await count(stall, payment_id)
    order, _, _ = await stall.look(order_id)
    assert [(step.kind, step.amount_minor) for step in order.steps][-1] == ("paid", TOTAL)


async def test_what_was_given_back_no_longer_counts(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    await give_back(stall, payment_id)
    assert "decided on already" in await refusal(stall, payment_id)
    order, [payment], _ = await stall.look(order_id)
    assert (order.status, payment.status) == ("awaiting_payment", "held")


async def test_what_was_counted_no_longer_goes_back_by_this(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    await count(stall, payment_id)
    with pytest.raises(DecisionRefused):
        await give_back(stall, payment_id)
    assert (await stall.look(order_id))[2] == []


async def test_of_two_who_decide_differently_at_once_one_is_refused(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    ends = await asyncio.gather(
        count(stall, payment_id), give_back(stall, payment_id), return_exceptions=True
    )
    assert sum(isinstance(end, DecisionRefused) for end in ends) == 1
    order, _, refunds = await stall.look(order_id)
    assert (order.payment_state == "paid") is not bool(refunds)


async def test_an_order_paid_by_another_payment_is_not_paid_twice(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await orders.mark_paid(tx, order_id, STAFF)
    assert await refusal(stall, payment_id) == (
        "The order is paid by another payment: give this money back"
    )


async def test_a_cancelled_order_takes_no_money(stall: Stall) -> None:
    order_id, payment_id = await held(stall)
    await stall.cancel(order_id)
    assert await refusal(stall, payment_id) == "The order is cancelled: give this money back"
    assert await waiting(stall, order_id) == [TOO_LITTLE]


@pytest.mark.parametrize("is_sold", [False, True])
async def test_an_expired_order_is_revived_if_its_goods_are_there(
    stall: Stall, is_sold: bool
) -> None:
    order_id, payment_id = await held(stall)
    await stall.let_time_pass("reservation.due.v1")
    order, _, _ = await stall.look(order_id)
    assert order.status == "cancelled"
    if is_sold:
        async with stall.db.tenant(stall.tenant) as tx:
            await sell_the_last(tx, order.lines[0].variant_id)
        assert "add stock first" in await refusal(stall, payment_id)
    else:
        await count(stall, payment_id)
    order, [payment], _ = await stall.look(order_id)
    reached = ("cancelled", "held") if is_sold else ("placed", "succeeded")
    assert (order.status, payment.status) == reached


async def test_only_money_that_is_held_is_decided_on(stall: Stall) -> None:
    _, waits = await one_payment(stall)
    assert "decided on already" in await refusal(stall, waits)
    with pytest.raises(PaymentMissing):
        await count(stall, new_id())
    _, paid = await one_payment(stall)
    await hear(stall, paid, PAID)
    with pytest.raises(AppError):
        await give_back(stall, paid)


async def test_money_of_another_currency_goes_back_in_it_and_nowhere_else(stall: Stall) -> None:
    order_id, payment_id = await held(stall, TOTAL, "EUR")
    assert await waiting(stall, order_id) == [TOTAL]
    assert "another currency" in await refusal(stall, payment_id)
    async with stall.db.tenant_read(stall.tenant) as tx:
        assert await refundable(tx, order_id) is None
    await give_back(stall, payment_id)
    await stall.work()
    order, [payment], [refund] = await stall.look(order_id)
    assert (payment.captured_currency, payment.captured_minor, payment.refunded_minor) == (
        "EUR",
        TOTAL,
        TOTAL,
    )
    assert (refund.status, order.payment_state) == ("succeeded", "unpaid")
    assert (order.steps[-1].kind, order.steps[-1].amount_minor) == ("refunded", None)


async def test_an_order_is_paid_beside_money_of_another_currency(stall: Stall) -> None:
    """Which is then neither counted nor taken for what is left to be refunded."""
    order_id, _ = await held(stall, 100, "EUR")
    made = await stall.checkout.pay_again(stall.card, order_id, "sandbox")
    stall.acquirer.succeed(stall.record_of(made))
    await stall.work()
    async with stall.db.tenant(stall.tenant) as tx:
        await refund_order(tx, order_id, None, STAFF, "sorry", new_id())
    await stall.work()
    order, _, [refund] = await stall.look(order_id)
    assert (refund.amount_minor, order.payment_state) == (TOTAL, "refunded")
    assert await waiting(stall, order_id) == [100]
