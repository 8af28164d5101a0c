"""Transfers and stocktakes: two moves and one paper, differences and not absolute numbers."""

from uuid import UUID

import pytest
from sqlalchemy import select

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog.errors import VariantMissing
from kram.shop.inventory import service
from kram.shop.inventory.errors import (
    DocumentClosed,
    DocumentEmpty,
    DocumentMissing,
    QuantityInvalid,
    SamePlace,
    StockTooLow,
    WarehouseMissing,
    WarehouseNotEmpty,
)
from kram.shop.inventory.models import MAIN_WAREHOUSE, MoveCause, StockDocument, StockMove
from kram.shop.inventory.queries import documents, shelves
from kram.shop.inventory.service import stocktakes, transfers, warehouses
from tests.factories.catalog import make_variant
from tests.factories.inventory import (
    STAFF,
    backordered,
    make_warehouse,
    put_on_shelf,
    stock_of,
    to_order,
)

pytestmark = pytest.mark.anyio


async def shelf(tx: TenantTx, variant: UUID) -> dict[UUID, tuple[int, int]]:
    return (await shelves.by_place(tx, [variant]))[variant]


async def moves_of(tx: TenantTx, document: StockDocument) -> list[tuple[UUID, int]]:
    query = select(StockMove.warehouse_id, StockMove.delta).order_by(StockMove.id)
    found = await tx.execute(query.where(StockMove.document_id == document.id))
    return [(row.warehouse_id, row.delta) for row in found]


async def test_sent_units_are_on_the_way_until_they_arrive(tx: TenantTx) -> None:
    depot, variant = await make_warehouse(tx), await make_variant(tx, stock=5)
    sent = await transfers.send(tx, MAIN_WAREHOUSE, depot, {variant: 3}, STAFF, note="van")
    assert await shelf(tx, variant) == {MAIN_WAREHOUSE: (2, 0)}
    with pytest.raises(WarehouseNotEmpty):
        await warehouses.remove_warehouse(tx, depot)
    for _ in range(2):
        arrived = await transfers.arrive(tx, sent.id, STAFF)
        assert await shelf(tx, variant) == {MAIN_WAREHOUSE: (2, 0), depot: (3, 0)}
    assert (arrived.state, arrived.ended_at) == ("done", tx.now)
    assert await moves_of(tx, sent) == [(MAIN_WAREHOUSE, -3), (depot, 3)]
    with pytest.raises(DocumentClosed):
        await transfers.cancel(tx, sent.id, STAFF)
    assert await shelves.ledger_difference(tx) == 0


async def test_a_cancelled_transfer_brings_the_units_back(tx: TenantTx) -> None:
    depot, variant = await make_warehouse(tx), await make_variant(tx, stock=5)
    sent = await transfers.send(tx, MAIN_WAREHOUSE, depot, {variant: 5}, STAFF)
    for _ in range(2):
        await transfers.cancel(tx, sent.id, STAFF)
        assert await shelf(tx, variant) == {MAIN_WAREHOUSE: (5, 0)}
    with pytest.raises(DocumentClosed):
        await transfers.arrive(tx, sent.id, STAFF)


async def test_at_once_nothing_is_on_the_way(tx: TenantTx) -> None:
    depot, variant = await make_warehouse(tx), await make_variant(tx, stock=5)
    done = await transfers.send(tx, MAIN_WAREHOUSE, depot, {variant: 2}, STAFF, at_once=True)
    assert done.state == "done"
    assert await shelf(tx, variant) == {MAIN_WAREHOUSE: (3, 0), depot: (2, 0)}
    assert sorted(await moves_of(tx, done)) == sorted([(MAIN_WAREHOUSE, -2), (depot, 2)])


async def test_promised_units_do_not_leave(tx: TenantTx) -> None:
    depot = await make_warehouse(tx)
    variant, other = await make_variant(tx, stock=5), await make_variant(tx, stock=5)
    await service.reserve(tx, new_id(), {variant: 4}, None)
    with pytest.raises(StockTooLow):
        await transfers.send(tx, MAIN_WAREHOUSE, depot, {other: 1, variant: 2}, STAFF)
    assert await shelf(tx, other) == {MAIN_WAREHOUSE: (5, 0)}
    assert await shelf(tx, variant) == {MAIN_WAREHOUSE: (5, 4)}


async def test_a_transfer_needs_two_places_and_known_goods(tx: TenantTx) -> None:
    depot, variant = await make_warehouse(tx), await make_variant(tx, stock=1)
    with pytest.raises(SamePlace):
        await transfers.send(tx, depot, depot, {variant: 1}, STAFF)
    with pytest.raises(WarehouseMissing):
        await transfers.send(tx, MAIN_WAREHOUSE, new_id(), {variant: 1}, STAFF)
    with pytest.raises(VariantMissing):
        await transfers.send(tx, MAIN_WAREHOUSE, depot, {new_id(): 1}, STAFF)
    with pytest.raises(DocumentEmpty):
        await transfers.send(tx, MAIN_WAREHOUSE, depot, {}, STAFF)
    with pytest.raises(QuantityInvalid):
        await transfers.send(tx, MAIN_WAREHOUSE, depot, {variant: 0}, STAFF)


async def test_arriving_units_are_for_who_waits(tx: TenantTx) -> None:
    depot, variant = await make_warehouse(tx, is_active=False), await make_variant(tx)
    await to_order(tx, variant)
    await service.reserve(tx, new_id(), {variant: 2}, None)
    await service.receive(tx, variant, 3, MoveCause.RECEIVED, STAFF, warehouse_id=depot)
    assert await backordered(tx, variant) == 2
    await transfers.send(tx, depot, MAIN_WAREHOUSE, {variant: 3}, STAFF, at_once=True)
    assert await backordered(tx, variant) == 0
    assert (await shelf(tx, variant))[MAIN_WAREHOUSE] == (3, 2)


async def test_what_is_sold_during_a_count_stays_sold(tx: TenantTx) -> None:
    variant, order = await make_variant(tx, stock=10), new_id()
    document = await stocktakes.start(tx, MAIN_WAREHOUSE, STAFF, note="November")
    await service.reserve(tx, order, {variant: 2}, None)
    await stocktakes.count(tx, document.id, {variant: 9})
    await service.take(tx, order, STAFF)
    await put_on_shelf(tx, variant, 5)
    for _ in range(2):
        await stocktakes.finish(tx, document.id, STAFF)
        assert await stock_of(tx, variant) == (12, 0)
    assert await moves_of(tx, document) == [(MAIN_WAREHOUSE, -1)]


async def test_a_later_count_takes_the_place_of_the_first(tx: TenantTx) -> None:
    variant, other = await make_variant(tx, stock=10), await make_variant(tx, stock=1)
    new = await make_variant(tx)
    document = await stocktakes.start(tx, MAIN_WAREHOUSE, STAFF)
    await stocktakes.count(tx, document.id, {variant: 1, other: 0, new: 4})
    await stocktakes.count(tx, document.id, {variant: 10})
    await stocktakes.uncount(tx, document.id, other)
    lines = await documents.lines(tx, document.id)
    assert {(line.variant_id, line.quantity, line.expected) for line in lines} == {
        (variant, 10, 10),
        (new, 4, 0),
    }
    await stocktakes.finish(tx, document.id, STAFF)
    assert await stock_of(tx, other) == (1, 0)
    assert await moves_of(tx, document) == [(MAIN_WAREHOUSE, 4)]


async def test_missing_units_that_are_promised_stop_the_end(tx: TenantTx) -> None:
    variant, other = await make_variant(tx, stock=3), await make_variant(tx, stock=3)
    await service.reserve(tx, new_id(), {variant: 3}, None)
    document = await stocktakes.start(tx, MAIN_WAREHOUSE, STAFF)
    await stocktakes.count(tx, document.id, {variant: 2, other: 1})
    with pytest.raises(StockTooLow):
        await stocktakes.finish(tx, document.id, STAFF)
    assert await stock_of(tx, variant) == (3, 3)
    assert await stock_of(tx, other) == (3, 0)


async def test_an_ended_stocktake_counts_no_more(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=3)
    document = await stocktakes.start(tx, MAIN_WAREHOUSE, STAFF)
    await stocktakes.count(tx, document.id, {variant: 1})
    await stocktakes.cancel(tx, document.id)
    for late in (
        stocktakes.count(tx, document.id, {variant: 2}),
        stocktakes.finish(tx, document.id, STAFF),
    ):
        with pytest.raises(DocumentClosed):
            await late
    assert await stock_of(tx, variant) == (3, 0)


@pytest.mark.parametrize("units", [-1, 10**9 + 1])
async def test_a_senseless_count_is_refused(tx: TenantTx, units: int) -> None:
    variant = await make_variant(tx)
    document = await stocktakes.start(tx, MAIN_WAREHOUSE, STAFF)
    with pytest.raises(QuantityInvalid):
        await stocktakes.count(tx, document.id, {variant: units})


async def test_one_paper_is_not_the_other(tx: TenantTx) -> None:
    document = await stocktakes.start(tx, MAIN_WAREHOUSE, STAFF)
    with pytest.raises(DocumentMissing):
        await transfers.arrive(tx, document.id, STAFF)
    with pytest.raises(DocumentMissing):
        await stocktakes.finish(tx, new_id(), STAFF)
