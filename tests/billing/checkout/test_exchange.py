"""What came back pays for other goods, or goes back as money: never neither, never both."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select

from kram.billing.checkout.desk import DeskPayment, place
from kram.billing.payments.errors import NotAwaitingPayment
from kram.kit.errors import AppError
from kram.shop.orders import service as orders
from kram.shop.orders.desk import service as desk
from kram.shop.orders.desk.content import DeskLine, DraftContent
from kram.shop.orders.models import OrderStep, StepKind
from kram.shop.orders.queries import lines_of
from kram.shop.orders.service import OrderEdit
from kram.shop.returns import service as returns
from kram.shop.returns.models import ReturnRequest
from kram.shop.returns.rules import Received
from tests.factories.billing import Stall
from tests.factories.inventory import STAFF
from tests.factories.returns import ask_back

pytestmark = pytest.mark.anyio

CREDIT = 12_500
METHODS = ("cod", "sandbox")


async def came_back(stall: Stall) -> tuple[UUID, UUID]:
    """A paid order whose goods, 125.00, have come back; with its return."""
    order_id = await stall.paid_order()
    await stall.fulfil(order_id)
    async with stall.db.tenant(stall.tenant) as tx:
        [line] = await lines_of(tx, order_id)
        back = await ask_back(tx, order_id, {line.id: 1}, STAFF)
        await returns.receive(tx, back.id, {line.id: Received(1)}, STAFF)
    return order_id, back.id


async def exchanged(stall: Stall, back_id: UUID, price_minor: int, units: int = 1) -> UUID:
    """The draft of other goods."""
    other = await stall.stock(5, price_minor)
    async with stall.db.tenant(stall.tenant) as tx:
        _, draft = await returns.exchange(tx, back_id, {other: units}, STAFF)
    await stall.work()
    return draft.id


async def put(stall: Stall, draft_id: UUID, payment: DeskPayment = DeskPayment.ON_DELIVERY) -> UUID:
    async with stall.db.tenant(stall.tenant) as tx:
        order = await place(tx, draft_id, "UAH", METHODS, payment, STAFF)
    await stall.work()
    return order.id


async def drop(stall: Stall, draft_id: UUID) -> None:
    async with stall.db.tenant(stall.tenant) as tx:
        await desk.drop_draft(tx, draft_id)
    await stall.work()


async def given_back(stall: Stall, order_id: UUID) -> list[int]:
    """Refunds of the order whose goods came back; each has its step."""
    _, _, refunds = await stall.look(order_id)
    async with stall.db.tenant_read(stall.tenant) as tx:
        steps = await tx.scalars(
            select(OrderStep.amount_minor).where(
                OrderStep.order_id == order_id, OrderStep.kind == StepKind.RETURN_PAID_OUT
            )
        )
        amounts = sorted(refund.amount_minor for refund in refunds)
        assert sorted(filter(None, steps.all())) == amounts
    return amounts


async def is_exchange(stall: Stall, back_id: UUID) -> bool:
    async with stall.db.tenant_read(stall.tenant) as tx:
        back = await tx.get(ReturnRequest, back_id)
        assert back is not None
        return back.exchange_id is not None


@pytest.mark.parametrize(
    ("price", "to_pay", "left"),
    [(12_500, 0, []), (20_000, 7_500, []), (4_000, 0, [8_500])],
    ids=["even", "dearer", "cheaper"],
)
async def test_what_came_back_pays_and_the_rest_goes_back(
    stall: Stall, price: int, to_pay: int, left: list[int]
) -> None:
    order_id, back_id = await came_back(stall)
    draft_id = await exchanged(stall, back_id, price)
    assert await given_back(stall, order_id) == [], "nobody knows yet what it will cost"
    new, _, _ = await stall.look(await put(stall, draft_id))
    assert (new.total_minor, await given_back(stall, order_id)) == (to_pay, left)
    assert await is_exchange(stall, back_id)


async def test_a_dropped_draft_gives_all_of_it_back(stall: Stall) -> None:
    order_id, back_id = await came_back(stall)
    await drop(stall, await exchanged(stall, back_id, 20_000))
    assert await given_back(stall, order_id) == [CREDIT]
    assert not await is_exchange(stall, back_id)


@pytest.mark.parametrize("price", [4_000, 12_500, 20_000])
async def test_an_order_cancelled_twice_gives_it_back_once(stall: Stall, price: int) -> None:
    order_id, back_id = await came_back(stall)
    new_id = await put(stall, await exchanged(stall, back_id, price))
    for _ in range(2):
        await stall.cancel(new_id)
    assert sum(await given_back(stall, order_id)) == CREDIT
    assert not await is_exchange(stall, back_id)


async def test_cancelled_before_what_is_left_was_paid_out(stall: Stall) -> None:
    order_id, back_id = await came_back(stall)
    draft_id = await exchanged(stall, back_id, 4_000)
    async with stall.db.tenant(stall.tenant) as tx:
        new = await place(tx, draft_id, "UAH", METHODS, DeskPayment.ON_DELIVERY, STAFF)
        await tx.flush()
        await orders.cancel(tx, new.id, STAFF, "")
    await stall.work()
    assert await given_back(stall, order_id) == [4_000, 8_500]


async def test_an_unpaid_link_gives_it_back_and_is_never_revived(stall: Stall) -> None:
    order_id, back_id = await came_back(stall)
    new_id = await put(stall, await exchanged(stall, back_id, 20_000), DeskPayment.LINK)
    made = await stall.checkout.pay_again(stall.card, new_id, "sandbox")
    await stall.let_time_pass("reservation.due.v1")
    assert await given_back(stall, order_id) == [CREDIT]
    stall.acquirer.succeed(stall.record_of(made))
    await stall.work()
    new, _, refunds = await stall.look(new_id)
    assert (new.status, [each.amount_minor for each in refunds]) == ("cancelled", [7_500])
    with pytest.raises(NotAwaitingPayment):
        await stall.checkout.pay_again(stall.card, new_id, "sandbox")


async def test_no_change_of_the_draft_touches_the_credit(stall: Stall) -> None:
    order_id, back_id = await came_back(stall)
    draft_id = await exchanged(stall, back_id, 20_000)
    cheap = await stall.stock(5, 5_000)
    changed = DraftContent(
        lines=(DeskLine(cheap, 1),),
        recipient="Lesia",
        phone="+380501112233",
        discount_minor=1_000,
        discount_reason="sorry",
    )
    async with stall.db.tenant(stall.tenant) as tx:
        await desk.change_draft(tx, draft_id, 1, changed)
    new, _, _ = await stall.look(await put(stall, draft_id))
    assert (new.total_minor, new.pricing["credit"]["amount_minor"]) == (0, 4_000)
    assert await given_back(stall, order_id) == [8_500]


async def test_dropped_or_placed_whoever_is_first(stall: Stall) -> None:
    order_id, back_id = await came_back(stall)
    draft_id = await exchanged(stall, back_id, 4_000)

    async def race(index: int) -> str:
        try:
            async with stall.db.tenant(stall.tenant) as tx:
                if index % 2:
                    await place(tx, draft_id, "UAH", METHODS, DeskPayment.CASH, STAFF)
                    return "placed"
                await desk.drop_draft(tx, draft_id)
                return "dropped"
        except AppError as error:
            return error.code

    ends = await asyncio.gather(*map(race, range(8)))
    await stall.work()
    won = {"placed", "dropped"} & set(ends)
    assert len(won) == 1
    assert sorted(ends).count("draft_moved") == 7
    assert await given_back(stall, order_id) == ([CREDIT] if won == {"dropped"} else [8_500])


async def two_of(stall: Stall) -> tuple[UUID, UUID, UUID]:
    """Two units of 50.01 that were paid by what came back; the old order, the new one, its line."""
    order_id, back_id = await came_back(stall)
    new_id = await put(stall, await exchanged(stall, back_id, 5_001, 2))
    async with stall.db.tenant_read(stall.tenant) as tx:
        [line] = await lines_of(tx, new_id)
    return order_id, new_id, line.id


async def test_what_is_edited_out_gives_its_part_back(stall: Stall) -> None:
    order_id, new_id, line = await two_of(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await orders.edit(tx, new_id, OrderEdit(version=1, quantities={line: 1}), STAFF)
    await stall.work()
    assert await given_back(stall, order_id) == [2_498, 5_001]
    await stall.cancel(new_id)
    assert sum(await given_back(stall, order_id)) == CREDIT


async def test_what_comes_back_of_the_new_goods_gives_its_part_back(stall: Stall) -> None:
    order_id, new_id, line = await two_of(stall)
    await stall.fulfil(new_id)
    for _ in range(2):
        async with stall.db.tenant(stall.tenant) as tx:
            back = await ask_back(tx, new_id, {line: 1}, STAFF)
            await returns.receive(tx, back.id, {line: Received(1)}, STAFF)
            await returns.close(tx, back.id, STAFF)
        await stall.work()
    assert await given_back(stall, order_id) == [2_498, 5_001, 5_001]


async def test_what_will_not_be_sent_gives_its_part_back(stall: Stall) -> None:
    order_id, new_id, line = await two_of(stall)
    async with stall.db.tenant(stall.tenant) as tx:
        await orders.accept(tx, new_id, STAFF)
        await orders.pack(tx, new_id, {line: 1}, STAFF)
        await orders.cancel_rest(tx, new_id, STAFF, "")
    await stall.work()
    assert await given_back(stall, order_id) == [2_498, 5_001]
    await stall.cancel(new_id)
    assert sum(await given_back(stall, order_id)) == CREDIT
