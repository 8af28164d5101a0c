"""Parcels: what they hold, what the stock and the order's status make of them."""

from uuid import UUID

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.orders import queries, service
from kram.shop.orders.errors import (
    LineMissing,
    NothingLeft,
    ParcelEmpty,
    ParcelMissing,
    ParcelMoved,
    ParcelTooLarge,
    StepImpossible,
)
from kram.shop.orders.events import OrderEvent
from kram.shop.orders.models import Order
from kram.shop.orders.service import Tracking
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF, ledger_sum, stock_of
from tests.factories.orders import make_order

pytestmark = pytest.mark.anyio


async def accepted(tx: TenantTx, *quantities: int) -> tuple[Order, list[UUID], list[UUID]]:
    """An order of so many units of variants that had ten each; with its lines' ids."""
    variants = [await make_variant(tx, stock=10, price_minor=10_000) for _ in quantities]
    order = await make_order(tx, lines=dict(zip(variants, quantities, strict=True)))
    lines = [line.id for line in order.lines]
    await service.accept(tx, order.id, STAFF)
    tx.pending_events.clear()
    return order, lines, variants


def names(tx: TenantTx) -> list[str]:
    events = [pending.event for pending in tx.pending_events]
    return [event.name for event in events if isinstance(event, OrderEvent)]


async def kinds(tx: TenantTx, order: Order) -> list[str]:
    await tx.flush()
    tx.session.expunge_all()
    stored = await queries.order_with_lines(tx, order.id)
    assert stored is not None
    return [step.kind for step in stored.steps]


async def test_an_order_leaves_in_two_parcels(tx: TenantTx) -> None:
    order, (first, second), (kettle, cup) = await accepted(tx, 2, 3)
    one = await service.pack(tx, order.id, {first: 2, second: 1}, STAFF)
    assert (order.status, await stock_of(tx, cup)) == ("partly_packed", (10, 3))
    await service.send(tx, order.id, one.id, STAFF, Tracking(" 111 ", "https://t.example/111"))
    assert order.status == "partly_shipped"
    assert (await stock_of(tx, kettle), await stock_of(tx, cup)) == ((8, 0), (9, 2))
    two = await service.pack(tx, order.id, {second: 2}, STAFF, Tracking(number="222"))
    await service.arrive(tx, order.id, one.id, STAFF)
    assert order.status == "partly_shipped"
    await service.send(tx, order.id, two.id, STAFF)
    assert (order.status, order.tracking) == ("shipped", "222")
    assert (await stock_of(tx, cup), await ledger_sum(tx, cup)) == ((7, 0), 7)
    await service.arrive(tx, order.id, two.id, STAFF)
    assert order.status == "delivered"
    assert names(tx) == [
        "order.packed.v1",
        "order.parcel_shipped.v1",
        "order.packed.v1",
        "order.parcel_delivered.v1",
        "order.shipped.v1",
        "order.delivered.v1",
    ]
    assert (await kinds(tx, order))[2:] == [
        "parcel_packed",
        "parcel_shipped",
        "parcel_packed",
        "parcel_delivered",
        "shipped",
        "delivered",
    ]


async def test_one_tap_sends_what_is_packed_and_what_is_left(tx: TenantTx) -> None:
    order, (first, second), (kettle, cup) = await accepted(tx, 2, 3)
    await service.pack(tx, order.id, {first: 1}, STAFF)
    for _ in range(2):
        await service.ship(tx, order.id, STAFF, "333")
    parcels = await queries.parcels_of(tx, order.id)
    assert [(parcel.units, parcel.state, parcel.tracking_number) for parcel in parcels] == [
        ({first: 1}, "shipped", "333"),
        ({first: 1, second: 3}, "shipped", "333"),
    ]
    assert (await stock_of(tx, kettle), await stock_of(tx, cup)) == ((8, 0), (7, 0))
    assert order.status == "shipped"
    for _ in range(2):
        await service.deliver(tx, order.id, STAFF)
    assert order.status == "delivered"
    assert [parcel.state for parcel in await queries.parcels_of(tx, order.id)] == ["delivered"] * 2


async def test_steps_of_a_parcel_may_be_repeated(tx: TenantTx) -> None:
    order, (line,), (variant,) = await accepted(tx, 3)
    parcel = await service.pack(tx, order.id, {line: 2}, STAFF)
    for _ in range(2):
        await service.send(tx, order.id, parcel.id, STAFF)
    for _ in range(2):
        await service.arrive(tx, order.id, parcel.id, STAFF)
    assert await stock_of(tx, variant) == (8, 1)
    assert len(names(tx)) == 3


async def test_an_unpacked_parcel_gives_its_units_to_the_next(tx: TenantTx) -> None:
    order, (line,), (variant,) = await accepted(tx, 3)
    parcel = await service.pack(tx, order.id, {line: 3}, STAFF)
    assert order.status == "packed"
    for _ in range(2):
        await service.unpack(tx, order.id, parcel.id, STAFF)
    assert (order.status, await stock_of(tx, variant)) == ("accepted", (10, 3))
    for refused in (service.send, service.arrive):
        with pytest.raises(ParcelMoved):
            await refused(tx, order.id, parcel.id, STAFF)
    await service.pack(tx, order.id, {line: 3}, STAFF)
    assert order.status == "packed"


async def test_what_left_is_not_unpacked(tx: TenantTx) -> None:
    order, (line,), _ = await accepted(tx, 3)
    parcel = await service.pack(tx, order.id, {line: 1}, STAFF)
    with pytest.raises(ParcelMoved):
        await service.arrive(tx, order.id, parcel.id, STAFF)
    await service.send(tx, order.id, parcel.id, STAFF)
    with pytest.raises(ParcelMoved) as refused:
        await service.unpack(tx, order.id, parcel.id, STAFF)
    assert refused.value.extra == {"state": "shipped"}


async def test_a_parcel_holds_what_waits_and_nothing_else(tx: TenantTx) -> None:
    order, (line,), (variant,) = await accepted(tx, 3)
    await service.pack(tx, order.id, {line: 2}, STAFF)
    with pytest.raises(ParcelTooLarge) as refused:
        await service.pack(tx, order.id, {line: 2}, STAFF)
    assert refused.value.extra == {"line_id": line, "left": 1}
    for units in ({}, {line: 0}, {line: -1}):
        with pytest.raises(ParcelEmpty):
            await service.pack(tx, order.id, units, STAFF)
    with pytest.raises(LineMissing):
        await service.pack(tx, order.id, {new_id(): 1}, STAFF)
    with pytest.raises(ParcelMissing):
        await service.send(tx, order.id, new_id(), STAFF)
    assert len(await queries.parcels_of(tx, order.id)) == 1
    assert await stock_of(tx, variant) == (10, 3)


async def test_an_order_that_nobody_accepted_is_not_packed(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    order = await make_order(tx, lines={variant: 1})
    with pytest.raises(StepImpossible):
        await service.pack(tx, order.id, {order.lines[0].id: 1}, STAFF)


async def test_a_tracking_number_may_come_later(tx: TenantTx) -> None:
    order, (line,), _ = await accepted(tx, 1)
    parcel = await service.pack(tx, order.id, {line: 1}, STAFF)
    await service.send(tx, order.id, parcel.id, STAFF)
    await service.track(tx, order.id, parcel.id, Tracking("42", carrier="Nova"), STAFF)
    assert (parcel.tracking_number, parcel.carrier, order.tracking) == ("42", "Nova", "42")


async def test_cancelling_takes_parcels_apart_and_may_write_off(tx: TenantTx) -> None:
    order, (line,), (variant,) = await accepted(tx, 3)
    await service.pack(tx, order.id, {line: 2}, STAFF)
    await service.cancel(tx, order.id, STAFF, "flood", restock=False)
    assert (order.status, await stock_of(tx, variant)) == ("cancelled", (7, 0))
    assert await ledger_sum(tx, variant) == 7
    [parcel] = await queries.parcels_of(tx, order.id)
    assert parcel.state == "cancelled"


async def test_the_rest_of_a_sent_order_is_cancelled_for_its_exact_share(tx: TenantTx) -> None:
    order, (line,), (variant,) = await accepted(tx, 3)
    lines = await queries.lines_of(tx, order.id)
    lines[0].discount_minor = order.discount_minor = 1_000
    order.total_minor -= 1_000
    parcel = await service.pack(tx, order.id, {line: 1}, STAFF)
    await service.send(tx, order.id, parcel.id, STAFF)
    tx.pending_events.clear()
    await service.cancel_rest(tx, order.id, STAFF, " sold out ")
    # The first two of three units: 2 × 100.00, and floor(10.00 × 2 / 3) of the discount.
    assert order.cancelled_minor == 20_000 - 666
    assert (order.status, order.to_pay_minor) == ("shipped", 36_000 - 19_334)
    assert await stock_of(tx, variant) == (9, 0)
    assert [pending.event.name for pending in tx.pending_events] == [
        "order.rest_cancelled.v1",
        "order.balance_due.v1",
    ]
    with pytest.raises(StepImpossible):
        await service.cancel_rest(tx, order.id, STAFF, "")
    await service.arrive(tx, order.id, parcel.id, STAFF)
    assert order.status == "delivered"


async def test_what_is_packed_is_not_among_the_rest(tx: TenantTx) -> None:
    order, (line,), (variant,) = await accepted(tx, 3)
    await service.pack(tx, order.id, {line: 2}, STAFF)
    await service.cancel_rest(tx, order.id, STAFF, "", restock=False)
    assert (order.status, await stock_of(tx, variant)) == ("packed", (9, 2))
    with pytest.raises(StepImpossible):
        await service.cancel_rest(tx, order.id, STAFF, "")
    await service.ship(tx, order.id, STAFF)
    assert (order.status, await stock_of(tx, variant)) == ("shipped", (7, 0))


async def test_the_rest_of_what_has_arrived_ends_the_order(tx: TenantTx) -> None:
    order, (line,), _ = await accepted(tx, 3)
    parcel = await service.pack(tx, order.id, {line: 1}, STAFF)
    await service.send(tx, order.id, parcel.id, STAFF)
    await service.arrive(tx, order.id, parcel.id, STAFF)
    await service.pack(tx, order.id, {line: 2}, STAFF)
    with pytest.raises(NothingLeft):
        await service.cancel_rest(tx, order.id, STAFF, "")
    await service.unpack(tx, order.id, (await queries.parcels_of(tx, order.id))[1].id, STAFF)
    tx.pending_events.clear()
    await service.cancel_rest(tx, order.id, STAFF, "")
    assert order.status == "delivered"
    assert names(tx) == ["order.rest_cancelled.v1", "order.delivered.v1"]


async def test_an_order_of_which_nothing_was_packed_is_cancelled_whole(tx: TenantTx) -> None:
    order, _, (variant,) = await accepted(tx, 3)
    await service.cancel_rest(tx, order.id, STAFF, "")
    assert (order.status, order.cancelled_minor) == ("cancelled", 0)
    assert await stock_of(tx, variant) == (10, 0)


async def test_an_order_sent_by_the_release_before_is_still_delivered(tx: TenantTx) -> None:
    order, (line,), _ = await accepted(tx, 3)
    order.status, order.tracking = "shipped", "9"
    await service.deliver(tx, order.id, STAFF)
    [parcel] = await queries.parcels_of(tx, order.id)
    assert (order.status, parcel.state, parcel.units) == ("delivered", "delivered", {line: 3})
