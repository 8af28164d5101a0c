"""Goods that are sold before they are there."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kram.kit.db.tx import TenantTx
from kram.kit.events.event import Event
from kram.kit.ids import new_id
from kram.shop.inventory import service
from kram.shop.inventory.errors import (
    LimitTooLow,
    OutOfStock,
    PolicyInvalid,
    Shortage,
    UnitsNotHere,
)
from kram.shop.inventory.events import AvailabilityChanged, Backordered, BackorderFilled
from kram.shop.inventory.models import MAIN_WAREHOUSE, NOWHERE, MoveCause, Selling
from kram.shop.inventory.queries import overdue
from kram.shop.inventory.rules import Offered
from kram.shop.inventory.service.policies import PolicyDraft, set_policy
from tests.factories.catalog import make_variant
from tests.factories.inventory import (
    STAFF,
    awaited,
    backordered,
    held,
    make_warehouse,
    parts_of,
    put_into,
    put_on_shelf,
    stock_of,
    to_order,
)

pytestmark = pytest.mark.anyio


def published(tx: TenantTx, kind: type[Event]) -> list[Event]:
    return [pending.event for pending in tx.pending_events if isinstance(pending.event, kind)]


async def promised(tx: TenantTx, variant: UUID, *quantities: int) -> list[UUID]:
    orders = [new_id() for _ in quantities]
    for order, quantity in zip(orders, quantities, strict=True):
        await service.reserve(tx, order, {variant: quantity}, None)
    return orders


async def test_what_is_missing_is_awaited(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=2)
    await to_order(tx, variant)
    [order] = await promised(tx, variant, 5)
    assert await parts_of(tx, order) == {
        (variant, MAIN_WAREHOUSE): ("held", 2),
        (variant, NOWHERE): ("awaited", 3),
    }
    assert await stock_of(tx, variant) == (2, 2)
    assert await backordered(tx, variant) == 3
    assert published(tx, Backordered) == [Backordered(order_id=order, variant_ids=(variant,))]


async def test_the_limit_holds_and_names_what_is_left(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    await to_order(tx, variant, limit=3)
    await promised(tx, variant, 2)
    with pytest.raises(OutOfStock) as refused:
        await promised(tx, variant, 3)
    assert refused.value.shortages == (Shortage(variant, 3, 2),)
    await promised(tx, variant, 2)
    assert await service.available(tx, [variant]) == {variant: 0}


async def test_the_database_itself_keeps_the_limit(tx: TenantTx) -> None:
    await to_order(tx, await make_variant(tx), limit=3)
    with pytest.raises(IntegrityError, match="backordered_within"):
        await tx.execute(text("UPDATE stock_policy SET backordered = 4 WHERE backorder_limit = 3"))


async def test_units_that_come_are_for_the_oldest_order_first(tx: TenantTx) -> None:
    variant = await make_variant(tx)
    await to_order(tx, variant)
    first, second, third = await promised(tx, variant, 2, 3, 1)
    tx.pending_events.clear()
    await put_on_shelf(tx, variant, 4)
    assert await stock_of(tx, variant) == (4, 4)
    assert await backordered(tx, variant) == await awaited(tx, variant) == 2
    assert (await parts_of(tx, second))[variant, NOWHERE] == ("awaited", 1)
    assert (await parts_of(tx, third))[variant, NOWHERE] == ("awaited", 1)
    assert published(tx, BackorderFilled) == [
        BackorderFilled(order_id=first, variant_ids=(variant,), complete=True),
        BackorderFilled(order_id=second, variant_ids=(variant,), complete=False),
    ]
    assert published(tx, AvailabilityChanged) == []
    await put_on_shelf(tx, variant, 3)
    assert await stock_of(tx, variant) == (7, 6)
    assert await backordered(tx, variant) == 0
    assert published(tx, AvailabilityChanged) == [AvailabilityChanged(variant_ids=(variant,))]


async def test_units_of_several_places_go_to_several_orders(tx: TenantTx) -> None:
    depot, variant = await make_warehouse(tx), await make_variant(tx)
    await to_order(tx, variant)
    first, second = await promised(tx, variant, 3, 3)
    await put_into(tx, depot, variant, 2)
    await put_on_shelf(tx, variant, 5)
    assert (await parts_of(tx, first))[variant, depot] == ("held", 2)
    assert (await parts_of(tx, first))[variant, MAIN_WAREHOUSE] == ("held", 1)
    assert (await parts_of(tx, second))[variant, MAIN_WAREHOUSE] == ("held", 3)
    assert await held(tx, variant) == 6
    assert await stock_of(tx, variant) == (7, 6)


async def test_freed_units_go_to_who_waits(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=2)
    holder = new_id()
    await service.reserve(tx, holder, {variant: 2}, None)
    await to_order(tx, variant)
    [waiting] = await promised(tx, variant, 1)
    await service.release(tx, holder)
    assert (await parts_of(tx, waiting))[variant, MAIN_WAREHOUSE] == ("held", 1)
    assert await stock_of(tx, variant) == (2, 1)


async def test_what_is_not_there_is_not_shipped(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    await to_order(tx, variant)
    [order] = await promised(tx, variant, 2)
    with pytest.raises(UnitsNotHere):
        await service.take(tx, order, STAFF)
    with pytest.raises(UnitsNotHere):
        await service.take_part(tx, order, {variant: 2}, STAFF, new_id())
    assert await stock_of(tx, variant) == (1, 1)
    await service.take_part(tx, order, {variant: 1}, STAFF, new_id())
    await put_on_shelf(tx, variant, 1)
    await service.take(tx, order, STAFF)
    assert await stock_of(tx, variant) == (0, 0)


async def test_a_cancelled_order_waits_no_more(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    await to_order(tx, variant, limit=2)
    [order] = await promised(tx, variant, 3)
    tx.pending_events.clear()
    await service.release(tx, order)
    assert await stock_of(tx, variant) == (1, 0)
    assert await backordered(tx, variant) == await awaited(tx, variant) == 0
    assert AvailabilityChanged(variant_ids=(variant,)) in published(tx, AvailabilityChanged)
    await put_on_shelf(tx, variant, 1)
    assert await stock_of(tx, variant) == (2, 0)


async def test_a_part_given_back_is_the_awaited_one_first(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=2)
    await to_order(tx, variant)
    [order] = await promised(tx, variant, 5)
    await service.release_part(tx, order, {variant: 4})
    assert await backordered(tx, variant) == 0
    assert await stock_of(tx, variant) == (2, 1)


async def test_a_released_order_is_promised_anew(tx: TenantTx) -> None:
    variant, order = await make_variant(tx), new_id()
    await to_order(tx, variant)
    await service.reserve(tx, order, {variant: 2}, tx.now)
    await service.release(tx, order)
    await service.reserve(tx, order, {variant: 3}, None)
    assert await backordered(tx, variant) == await awaited(tx, variant) == 3


async def test_promises_outlive_the_policy(tx: TenantTx) -> None:
    variant = await make_variant(tx)
    await to_order(tx, variant)
    await promised(tx, variant, 2)
    with pytest.raises(LimitTooLow):
        await to_order(tx, variant, limit=1)
    await set_policy(tx, variant, PolicyDraft())
    with pytest.raises(OutOfStock):
        await promised(tx, variant, 1)
    await put_on_shelf(tx, variant, 3)
    assert await stock_of(tx, variant) == (3, 2)
    assert await backordered(tx, variant) == 0


async def test_a_preorder_says_from_when(tx: TenantTx) -> None:
    variant = await make_variant(tx)
    with pytest.raises(PolicyInvalid):
        await set_policy(tx, variant, PolicyDraft(Selling.PREORDER))
    tx.pending_events.clear()
    draft = PolicyDraft(Selling.PREORDER, available_from=date(2027, 3, 1), limit=10)
    await set_policy(tx, variant, draft)
    level = (await service.levels(tx, [variant]))[variant]
    assert (level.offered, level.available_from) == (Offered.TO_ORDER, date(2027, 3, 1))
    assert (level.available, level.room) == (0, 10)
    assert published(tx, AvailabilityChanged) == [AvailabilityChanged(variant_ids=(variant,))]


async def test_units_corrected_away_leave_the_promises_alone(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=3)
    await to_order(tx, variant)
    await promised(tx, variant, 2)
    await service.receive(tx, variant, -1, MoveCause.CORRECTED, STAFF)
    assert await stock_of(tx, variant) == (2, 2)
    assert await backordered(tx, variant) == 0


async def test_a_paid_order_waits_without_an_end(tx: TenantTx) -> None:
    variant, order = await make_variant(tx), new_id()
    await to_order(tx, variant)
    await service.reserve(tx, order, {variant: 1}, tx.now - timedelta(hours=1))
    await service.keep(tx, order)
    assert list(await overdue(tx, tx.now, 10)) == []
