"""Receiving, promising, freeing and taking units, one transaction at a time."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.events.event import Event
from kram.kit.ids import new_id
from kram.shop.inventory import service
from kram.shop.inventory.errors import OutOfStock, QuantityInvalid, Shortage, StockTooLow
from kram.shop.inventory.events import AvailabilityChanged, ReservationDue
from kram.shop.inventory.models import MoveCause, StockMove
from kram.shop.inventory.queries import held_until
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF, held, ledger_sum, put_on_shelf, stock_of

pytestmark = pytest.mark.anyio


def published(tx: TenantTx, kind: type[Event]) -> list[Event]:
    return [pending.event for pending in tx.pending_events if isinstance(pending.event, kind)]


async def test_a_variant_without_stock_has_no_units(tx: TenantTx) -> None:
    variant = await make_variant(tx)
    assert await service.available(tx, [variant]) == {variant: 0}


async def test_receiving_adds_to_the_shelf_and_the_ledger(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=5)
    await service.receive(tx, variant, -2, MoveCause.WRITTEN_OFF, STAFF)
    assert await stock_of(tx, variant) == (3, 0)
    moves = (await tx.scalars(select(StockMove).order_by(StockMove.id))).all()
    assert [(move.delta, move.cause, move.actor) for move in moves] == [
        (5, "received", f"merchant:{STAFF.id}"),
        (-2, "written_off", f"merchant:{STAFF.id}"),
    ]


async def test_promised_units_cannot_be_removed(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=5)
    other = await make_variant(tx, stock=5)
    await service.reserve(tx, new_id(), {variant: 3}, None)
    with pytest.raises(StockTooLow) as refused:
        await service.receive_many(tx, {other: 1, variant: -3}, MoveCause.CORRECTED, STAFF)
    assert refused.value.shortages == (Shortage(variant, 3, 2),)
    assert refused.value.extra["left"] == 2
    assert await stock_of(tx, variant) == (5, 3)
    assert await stock_of(tx, other) == (5, 0)
    assert await ledger_sum(tx, other) == 5


@pytest.mark.parametrize("delta", [0, 10**9 + 1, -(10**9) - 1])
async def test_a_senseless_delta_is_refused(tx: TenantTx, delta: int) -> None:
    variant = await make_variant(tx, stock=5)
    with pytest.raises(QuantityInvalid):
        await service.receive(tx, variant, delta, MoveCause.CORRECTED, STAFF)
    assert await stock_of(tx, variant) == (5, 0)


async def test_a_cart_is_reserved_whole(tx: TenantTx) -> None:
    first, second = await make_variant(tx, stock=5), await make_variant(tx, stock=1)
    order = new_id()
    due = tx.now + timedelta(minutes=15)
    await service.reserve(tx, order, {first: 2, second: 1}, due)
    assert await stock_of(tx, first) == (5, 2)
    assert await stock_of(tx, second) == (1, 1)
    assert (await held(tx, first), await held(tx, second)) == (2, 1)
    timer = next(p for p in tx.pending_events if isinstance(p.event, ReservationDue))
    assert (timer.event, timer.due_at) == (ReservationDue(order_id=order), due)


async def test_one_lack_refuses_the_whole_cart_and_names_it(tx: TenantTx) -> None:
    plenty, scarce, none = [await make_variant(tx, stock=units) for units in (9, 1, 0)]
    with pytest.raises(OutOfStock) as refused:
        await service.reserve(tx, new_id(), {plenty: 2, scarce: 2, none: 1}, None)
    assert set(refused.value.shortages) == {Shortage(scarce, 2, 1), Shortage(none, 1, 0)}
    for variant, units in ((plenty, 9), (scarce, 1), (none, 0)):
        assert await stock_of(tx, variant) == (units, 0)
        assert await held(tx, variant) == 0


@pytest.mark.parametrize("quantity", [0, -1, 10**9 + 1])
async def test_a_senseless_wish_is_refused(tx: TenantTx, quantity: int) -> None:
    variant = await make_variant(tx, stock=1)
    with pytest.raises(QuantityInvalid):
        await service.reserve(tx, new_id(), {variant: quantity}, None)
    assert await stock_of(tx, variant) == (1, 0)


async def test_reserving_twice_for_an_order_promises_once(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=5), new_id()
    for _ in range(2):
        await service.reserve(tx, order, {variant: 2}, None)
    assert await stock_of(tx, variant) == (5, 2)
    assert await held(tx, variant) == 2


async def test_releasing_frees_once(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=5), new_id()
    await service.reserve(tx, new_id(), {variant: 1}, None)
    await service.reserve(tx, order, {variant: 2}, None)
    for _ in range(2):
        await service.release(tx, order)
        assert await stock_of(tx, variant) == (5, 1)


async def test_a_released_order_can_be_promised_anew(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=2), new_id()
    await service.reserve(tx, order, {variant: 2}, tx.now)
    await service.release(tx, order)
    await service.reserve(tx, order, {variant: 2}, None)
    assert await stock_of(tx, variant) == (2, 2)
    assert await held(tx, variant) == 2


async def test_taking_moves_units_out_once(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=5), new_id()
    await service.reserve(tx, order, {variant: 2}, None)
    for _ in range(2):
        await service.take(tx, order, STAFF)
        assert await stock_of(tx, variant) == (3, 0)
        assert await ledger_sum(tx, variant) == 3
    last = (await tx.scalars(select(StockMove).order_by(StockMove.id.desc()).limit(1))).one()
    assert (last.delta, last.cause, last.document_id) == (-2, "shipped", order)


async def test_what_was_taken_is_not_released_or_promised_again(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=5), new_id()
    await service.reserve(tx, order, {variant: 2}, None)
    await service.take(tx, order, STAFF)
    await service.release(tx, order)
    await service.reserve(tx, order, {variant: 2}, None)
    assert await stock_of(tx, variant) == (3, 0)


async def test_a_stock_take_writes_the_difference(tx: TenantTx) -> None:
    fewer, more, same = [await make_variant(tx, stock=5) for _ in range(3)]
    new = await make_variant(tx)
    counted = {fewer: 3, more: 9, same: 5, new: 4}
    assert await service.recount(tx, counted, STAFF) == {fewer: -2, more: 4, new: 4}
    assert await service.recount(tx, counted, STAFF) == {}
    assert [await stock_of(tx, variant) for variant in counted] == [(3, 0), (9, 0), (5, 0), (4, 0)]
    assert [await ledger_sum(tx, variant) for variant in counted] == [3, 9, 5, 4]


async def test_crossing_zero_is_told_and_nothing_else(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=2), new_id()
    tx.pending_events.clear()
    await service.reserve(tx, new_id(), {variant: 1}, None)
    assert published(tx, AvailabilityChanged) == []
    await service.reserve(tx, order, {variant: 1}, None)
    await put_on_shelf(tx, variant, 1)
    await service.release(tx, order)
    await service.receive(tx, variant, -2, MoveCause.WRITTEN_OFF, STAFF)
    assert published(tx, AvailabilityChanged) == [AvailabilityChanged(variant_ids=(variant,))] * 3


async def test_the_database_itself_refuses_to_oversell(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    with pytest.raises(IntegrityError, match="reserved_within"):
        await tx.execute(text("UPDATE stock SET reserved = 2"))
    assert isinstance(variant, UUID)


@pytest.mark.parametrize("change", ["UPDATE stock_move SET delta = 9", "DELETE FROM stock_move"])
async def test_the_ledger_cannot_be_rewritten(tx: TenantTx, change: str) -> None:
    await make_variant(tx, stock=1)
    with pytest.raises(DBAPIError, match="permission denied"):
        await tx.execute(text(change))


async def test_another_shop_has_its_own_stock(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with db.tenant(tenant) as tx:
        ours = await make_variant(tx, stock=1)
    async with db.tenant(other_tenant) as tx:
        await make_variant(tx, stock=7)
        with pytest.raises(OutOfStock) as refused:
            await service.reserve(tx, new_id(), {ours: 1}, None)
    assert refused.value.shortages == (Shortage(ours, 1, 0),)
    async with db.tenant_read(tenant) as reading:
        assert await stock_of(reading, ours) == (1, 0)


async def test_a_promise_tells_until_when_it_holds(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=2), new_id()
    assert await held_until(tx, order) is None
    due = tx.now + timedelta(minutes=15)
    await service.reserve(tx, order, {variant: 2}, due)
    assert await held_until(tx, order) == due
    await service.keep(tx, order)
    assert await held_until(tx, order) is None
