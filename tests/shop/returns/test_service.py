"""Goods on their way back: units, money and refusals."""

from datetime import timedelta

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog.service import ProductDetails, change_details
from kram.shop.orders import service as orders
from kram.shop.orders.errors import LineMissing
from kram.shop.orders.events import OrderBalanceDue
from kram.shop.orders.queries import lines_of
from kram.shop.returns import service
from kram.shop.returns.errors import (
    DeliveryRefunded,
    NotReturnable,
    ReturnEmpty,
    ReturnMissing,
    ReturnMoved,
    ReturnTooEarly,
    ReturnTooLarge,
    ReturnTooLate,
)
from kram.shop.returns.models import Condition
from kram.shop.returns.rules import Received, read_lines
from tests.factories.catalog import make_product
from tests.factories.inventory import STAFF, ledger_sum, stock_of
from tests.factories.orders import make_order
from tests.factories.returns import ask_back, delivered_order

pytestmark = pytest.mark.anyio


def asked_back(tx: TenantTx) -> list[tuple[object, int, str]]:
    return [
        (pending.event.refund_id, pending.event.amount_minor, pending.event.reason)
        for pending in tx.pending_events
        if isinstance(pending.event, OrderBalanceDue)
    ]


async def test_the_whole_way_back(tx: TenantTx) -> None:
    order, (line,), (variant,) = await delivered_order(tx)
    back = await ask_back(tx, order.id, {line: 2})
    assert (back.state, back.comment, await service.returnable(tx, order)) == (
        "requested",
        "too small",
        {line: 1},
    )
    for _ in range(2):
        await service.approve(tx, back.id, STAFF, "Send it to Lviv")
    came = {line: Received(2, Condition.USED, restock=True)}
    for _ in range(2):
        await service.receive(tx, back.id, came, STAFF)
    assert (await stock_of(tx, variant), await ledger_sum(tx, variant)) == ((9, 0), 9)
    for _ in range(2):
        await service.close(tx, back.id, STAFF)
    assert (back.state, back.refund_minor) == ("closed", 20_000)
    assert asked_back(tx) == [(back.id, 20_000, "returned")]
    [counted] = read_lines(back.lines)
    assert (counted.received, counted.condition, counted.refund_minor) == (2, "used", 20_000)


async def test_parts_of_a_line_give_back_exactly_what_it_cost(tx: TenantTx) -> None:
    order, (line,), _ = await delivered_order(tx)
    [stored] = await lines_of(tx, order.id)
    stored.discount_minor = order.discount_minor = 1_000
    order.total_minor -= 1_000
    given = []
    for _ in range(3):
        back = await ask_back(tx, order.id, {line: 1}, STAFF)
        await service.receive(tx, back.id, {line: Received(1, restock=False)}, STAFF)
        given.append((await service.close(tx, back.id, STAFF)).refund_minor)
    assert given == [9_667, 9_667, 9_666]
    assert sum(given) == 30_000 - 1_000


async def test_the_delivery_goes_back_once(tx: TenantTx) -> None:
    order, (line,), _ = await delivered_order(tx)
    first, second = [await ask_back(tx, order.id, {line: 1}, STAFF) for _ in range(2)]
    for back in (first, second):
        await service.receive(tx, back.id, {line: Received(1)}, STAFF)
    await service.close(tx, first.id, STAFF, refunds_delivery=True)
    assert first.refund_minor == 10_000 + 7_000
    with pytest.raises(DeliveryRefunded):
        await service.close(tx, second.id, STAFF, refunds_delivery=True)
    assert second.state == "received"


async def test_what_has_not_come_may_be_asked_for_again(tx: TenantTx) -> None:
    order, (line,), (variant,) = await delivered_order(tx)
    back = await ask_back(tx, order.id, {line: 3})
    await service.approve(tx, back.id, STAFF)
    await service.receive(tx, back.id, {line: Received(1, restock=False)}, STAFF)
    await service.close(tx, back.id, STAFF)
    assert (back.refund_minor, await stock_of(tx, variant)) == (10_000, (7, 0))
    assert await service.returnable(tx, order) == {line: 2}


async def test_a_declined_return_gives_its_units_free(tx: TenantTx) -> None:
    order, (line,), _ = await delivered_order(tx)
    back = await ask_back(tx, order.id, {line: 3})
    for _ in range(2):
        await service.decline(tx, back.id, STAFF, "It was used")
    assert (back.state, back.answer) == ("declined", "It was used")
    assert await service.returnable(tx, order) == {line: 3}
    with pytest.raises(ReturnMoved):
        await service.approve(tx, back.id, STAFF)
    assert asked_back(tx) == []


async def test_more_than_was_bought_is_refused(tx: TenantTx) -> None:
    order, (line,), _ = await delivered_order(tx)
    await ask_back(tx, order.id, {line: 2})
    with pytest.raises(ReturnTooLarge) as refused:
        await ask_back(tx, order.id, {line: 2})
    assert refused.value.extra == {"left": 1, "line_id": line}
    for units in ({}, {line: 0}, {line: -1}):
        with pytest.raises(ReturnEmpty):
            await ask_back(tx, order.id, units)
    with pytest.raises(LineMissing):
        await ask_back(tx, order.id, {new_id(): 1})
    assert await service.returnable(tx, order) == {line: 1}


async def test_more_than_was_asked_for_is_not_received(tx: TenantTx) -> None:
    order, (line,), (variant,) = await delivered_order(tx)
    back = await ask_back(tx, order.id, {line: 2}, STAFF)
    for came in (3, -1):
        with pytest.raises(ReturnTooLarge):
            await service.receive(tx, back.id, {line: Received(came)}, STAFF)
    with pytest.raises(LineMissing):
        await service.receive(tx, back.id, {new_id(): Received(1)}, STAFF)
    assert (back.state, await stock_of(tx, variant)) == ("approved", (7, 0))


async def test_steps_come_in_their_order(tx: TenantTx) -> None:
    order, (line,), _ = await delivered_order(tx)
    back = await ask_back(tx, order.id, {line: 2})
    with pytest.raises(ReturnMoved):
        await service.receive(tx, back.id, {line: Received(1)}, STAFF)
    with pytest.raises(ReturnMoved):
        await service.close(tx, back.id, STAFF)
    with pytest.raises(ReturnMissing):
        await service.approve(tx, new_id(), STAFF)


async def test_a_shopper_has_fourteen_days_and_the_staff_has_for_ever(tx: TenantTx) -> None:
    order, (line,), _ = await delivered_order(tx)
    tx.now += timedelta(days=14, hours=23)
    await ask_back(tx, order.id, {line: 1})
    tx.now += timedelta(hours=1)
    assert await service.returnable(tx, order) == {}
    with pytest.raises(ReturnTooLate) as refused:
        await ask_back(tx, order.id, {line: 1})
    assert refused.value.extra == {"days": 14}
    assert (await ask_back(tx, order.id, {line: 1}, STAFF)).state == "approved"


async def test_what_was_sold_as_kept_is_taken_back_by_the_staff_alone(tx: TenantTx) -> None:
    kept, returned = await make_product(tx, stock=5), await make_product(tx, stock=5)
    wanted = {kept.variants[0].id: 1, returned.variants[0].id: 1}
    await change_details(tx, kept.id, ProductDetails(is_returnable=False))
    order = await make_order(tx, lines=wanted)
    for step in (orders.accept, orders.ship, orders.deliver):
        await step(tx, order.id, STAFF)
    # What was agreed when it was bought stays, whatever the shop says later.
    await change_details(tx, kept.id, ProductDetails(is_returnable=True))
    await change_details(tx, returned.id, ProductDetails(is_returnable=False))
    lines = {line.product_id: line for line in await lines_of(tx, order.id)}
    mine, other = lines[kept.id].id, lines[returned.id].id
    assert await service.returnable(tx, order) == {other: 1}
    with pytest.raises(NotReturnable) as refused:
        await ask_back(tx, order.id, {other: 1, mine: 1})
    assert refused.value.extra == {"goods": kept.title, "line_id": mine}
    assert await service.returnable(tx, order) == {other: 1}
    await ask_back(tx, order.id, {other: 1})
    assert (await ask_back(tx, order.id, {mine: 1}, STAFF)).state == "approved"


async def test_what_has_not_come_is_not_given_back(tx: TenantTx) -> None:
    order = await make_order(tx)
    line = order.lines[0].id
    await orders.accept(tx, order.id, STAFF)
    await orders.ship(tx, order.id, STAFF)
    with pytest.raises(ReturnTooEarly):
        await ask_back(tx, order.id, {line: 1})
    assert (await ask_back(tx, order.id, {line: 1}, STAFF)).state == "approved"
