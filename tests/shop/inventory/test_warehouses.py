"""Units in several places: where they are taken from, and what may be done to the places."""

from uuid import UUID

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory import service
from kram.shop.inventory.errors import (
    LastWarehouse,
    NotHeld,
    OutOfStock,
    PlaceInvalid,
    Shortage,
    StockTooLow,
    WarehouseMissing,
    WarehouseNameMissing,
    WarehouseNotEmpty,
)
from kram.shop.inventory.events import AvailabilityChanged
from kram.shop.inventory.models import MAIN_WAREHOUSE, MoveCause
from kram.shop.inventory.queries import places, shelves
from kram.shop.inventory.service import warehouses
from kram.shop.inventory.service.warehouses import WarehouseDraft
from tests.factories.catalog import make_variant
from tests.factories.inventory import (
    STAFF,
    make_warehouse,
    parts_of,
    put_into,
    stock_of,
)

pytestmark = pytest.mark.anyio


async def stocked(tx: TenantTx, *units: dict[UUID, int]) -> list[UUID]:
    """Variants with those units by warehouse."""
    variants = []
    for by_place in units:
        variant = await make_variant(tx)
        for place, count in by_place.items():
            await put_into(tx, place, variant, count)
        variants.append(variant)
    return variants


async def test_the_first_warehouse_is_asked_first(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {MAIN_WAREHOUSE: 3, depot: 9})
    order = new_id()
    await service.reserve(tx, order, {variant: 2}, None)
    assert await parts_of(tx, order) == {(variant, MAIN_WAREHOUSE): ("held", 2)}
    await warehouses.reorder(tx, [depot])
    order = new_id()
    await service.reserve(tx, order, {variant: 1}, None)
    assert await parts_of(tx, order) == {(variant, depot): ("held", 1)}


async def test_one_place_that_has_all_is_preferred_to_splitting(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    one, two = await stocked(tx, {MAIN_WAREHOUSE: 5, depot: 5}, {MAIN_WAREHOUSE: 1, depot: 5})
    order = new_id()
    await service.reserve(tx, order, {one: 2, two: 2}, None)
    assert await parts_of(tx, order) == {(one, depot): ("held", 2), (two, depot): ("held", 2)}


async def test_a_line_is_split_by_priority_where_no_place_has_all(tx: TenantTx) -> None:
    depot, shed = await make_warehouse(tx), await make_warehouse(tx, "Shed")
    one, two = await stocked(tx, {MAIN_WAREHOUSE: 2, depot: 3, shed: 4}, {shed: 1})
    order = new_id()
    await service.reserve(tx, order, {one: 6, two: 1}, None)
    assert await parts_of(tx, order) == {
        (one, MAIN_WAREHOUSE): ("held", 2),
        (one, depot): ("held", 3),
        (one, shed): ("held", 1),
        (two, shed): ("held", 1),
    }
    assert await stock_of(tx, one) == (9, 6)
    await service.release(tx, order)
    assert await stock_of(tx, one) == (9, 0)


async def test_shipping_writes_a_move_for_each_place(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {MAIN_WAREHOUSE: 2, depot: 3})
    order = new_id()
    await service.reserve(tx, order, {variant: 4}, None)
    await service.take(tx, order, STAFF)
    moves = [move for move in await shelves.moves(tx, variant, 9) if move.cause == "shipped"]
    assert {(move.warehouse_id, move.delta) for move in moves} == {
        (MAIN_WAREHOUSE, -2),
        (depot, -2),
    }
    assert {move.document_id for move in moves} == {order}
    assert await stock_of(tx, variant) == (1, 0)
    assert await shelves.ledger_difference(tx) == 0


async def test_all_places_together_may_have_too_few(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    plenty, scarce = await stocked(tx, {depot: 9}, {MAIN_WAREHOUSE: 1, depot: 2})
    with pytest.raises(OutOfStock) as refused:
        await service.reserve(tx, new_id(), {plenty: 1, scarce: 4}, None)
    assert refused.value.shortages == (Shortage(scarce, 4, 3),)
    assert await stock_of(tx, plenty) == (9, 0)
    assert await stock_of(tx, scarce) == (3, 0)


async def test_a_closed_place_sells_nothing_and_keeps_its_promises(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {depot: 3})
    order = new_id()
    await service.reserve(tx, order, {variant: 1}, None)
    tx.pending_events.clear()
    await warehouses.change_warehouse(tx, depot, WarehouseDraft("Depot", is_active=False))
    assert [pending.event for pending in tx.pending_events] == [
        AvailabilityChanged(variant_ids=(variant,))
    ]
    assert await service.available(tx, [variant]) == {variant: 0}
    with pytest.raises(OutOfStock):
        await service.reserve(tx, new_id(), {variant: 1}, None)
    await service.take(tx, order, STAFF)
    assert await stock_of(tx, variant) == (2, 0)


async def test_a_part_is_shipped_and_a_part_given_back(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {MAIN_WAREHOUSE: 2, depot: 3})
    order = new_id()
    await service.reserve(tx, order, {variant: 5}, None)
    await service.take_part(tx, order, {variant: 3}, STAFF, new_id())
    assert await stock_of(tx, variant) == (2, 2)
    with pytest.raises(NotHeld):
        await service.take_part(tx, order, {variant: 3}, STAFF, new_id())
    with pytest.raises(NotHeld):
        await service.release_part(tx, order, {variant: 3})
    await service.release_part(tx, order, {variant: 1})
    assert await stock_of(tx, variant) == (2, 1)
    await service.take(tx, order, STAFF)
    assert await stock_of(tx, variant) == (1, 0)
    assert await shelves.ledger_difference(tx) == 0


async def test_an_order_is_promised_more_beside_what_it_has(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {MAIN_WAREHOUSE: 2, depot: 3})
    order = new_id()
    await service.reserve(tx, order, {variant: 2}, None)
    await service.take_part(tx, order, {variant: 1}, STAFF, new_id())
    await service.reserve_more(tx, order, {variant: 2}, None)
    assert await stock_of(tx, variant) == (4, 3)
    await service.take(tx, order, STAFF)
    assert await stock_of(tx, variant) == (1, 0)


async def test_units_are_taken_out_of_the_named_place_alone(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {MAIN_WAREHOUSE: 9, depot: 1})
    with pytest.raises(StockTooLow) as refused:
        await service.receive(
            tx, variant, -2, MoveCause.WRITTEN_OFF, STAFF, warehouse_id=depot, note="broken"
        )
    assert refused.value.shortages == (Shortage(variant, 2, 1),)
    assert await shelves.by_place(tx, [variant]) == {
        variant: {MAIN_WAREHOUSE: (9, 0), depot: (1, 0)}
    }


async def test_a_place_with_units_is_not_removed(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    [variant] = await stocked(tx, {depot: 1})
    with pytest.raises(WarehouseNotEmpty):
        await warehouses.remove_warehouse(tx, depot)
    await service.receive(tx, variant, -1, MoveCause.WRITTEN_OFF, STAFF, warehouse_id=depot)
    await warehouses.remove_warehouse(tx, depot)
    assert [place.id for place in await places.warehouses(tx)] == [MAIN_WAREHOUSE]
    assert (await places.names(tx))[depot] == "Depot"
    with pytest.raises(WarehouseMissing):
        await put_into(tx, depot, variant, 1)


async def test_the_last_place_that_sells_stays(tx: TenantTx) -> None:
    await make_warehouse(tx, "Kiosk", is_active=False, is_pickup=True)
    with pytest.raises(LastWarehouse):
        await warehouses.remove_warehouse(tx, MAIN_WAREHOUSE)
    with pytest.raises(LastWarehouse):
        await warehouses.change_warehouse(
            tx, MAIN_WAREHOUSE, WarehouseDraft("Main", is_active=False)
        )


async def test_units_go_to_the_first_place_when_nobody_says_where(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    await warehouses.reorder(tx, [depot])
    variant = await make_variant(tx, stock=4)
    assert await shelves.by_place(tx, [variant]) == {variant: {depot: (4, 0)}}


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
async def test_a_place_needs_a_name(tx: TenantTx, name: str) -> None:
    with pytest.raises(WarehouseNameMissing):
        await make_warehouse(tx, name)


@pytest.mark.parametrize(
    "point", [(50.45, None), (None, 30.5), (90.1, 30.5), (50.45, 180.1), (float("nan"), 30.5)]
)
async def test_a_point_that_is_nowhere_is_refused(
    tx: TenantTx, point: tuple[float | None, float | None]
) -> None:
    draft = WarehouseDraft("Kiosk", latitude=point[0], longitude=point[1])
    with pytest.raises(PlaceInvalid):
        await warehouses.add_warehouse(tx, draft)
