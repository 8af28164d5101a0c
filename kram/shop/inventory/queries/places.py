"""Warehouses and pick-up points."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory.models import (
    DocumentState,
    Stock,
    StockDocument,
    Warehouse,
)

_ORDER = (Warehouse.position, Warehouse.id)

_SOLD_ELSEWHERE = text(
    """
    SELECT stock.variant_id,
           CAST(sum(stock.on_hand - stock.reserved)
                FILTER (WHERE stock.warehouse_id = :place) AS bigint) AS here,
           CAST(coalesce(sum(stock.on_hand - stock.reserved)
                FILTER (WHERE stock.warehouse_id <> :place AND warehouse.is_active), 0) AS bigint)
                AS elsewhere
    FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id
    WHERE stock.variant_id IN (
        SELECT variant_id FROM stock AS own
        WHERE own.warehouse_id = :place AND own.on_hand > own.reserved
    )
    GROUP BY stock.variant_id
    """
)

_SET_POSITIONS = text(
    """
    UPDATE warehouse SET position = line.position
    FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS line (id, position)
    WHERE warehouse.id = line.id
    """
)


async def warehouses(tx: TenantRead) -> Sequence[Warehouse]:
    """By priority, without the removed ones."""
    return (await tx.scalars(_standing())).all()


async def lock_warehouses(tx: TenantTx) -> Sequence[Warehouse]:
    """All that stand, ours to change until the commit, by id; units move in and out as before."""
    query = select(Warehouse).where(Warehouse.removed_at.is_(None)).order_by(Warehouse.id)
    found = await tx.session.scalars(
        query.with_for_update(key_share=True), execution_options={"populate_existing": True}
    )
    return found.all()


async def close_warehouse(tx: TenantTx, warehouse_id: UUID) -> None:
    """Nothing is put into it until the commit; waits for who is about to."""
    await tx.execute(select(Warehouse.id).where(Warehouse.id == warehouse_id).with_for_update())


# A key lock, as the foreign keys of the stock take it too, some of them after the stock's own rows:
# whoever kept those out here and then asked for the rows would wait in a circle.
async def keep_warehouse(tx: TenantTx, warehouse_id: UUID) -> bool:
    """Whether it stands, and it does until the commit."""
    query = select(Warehouse.id).where(Warehouse.id == warehouse_id, Warehouse.removed_at.is_(None))
    return await tx.scalar(query.with_for_update(read=True, key_share=True)) is not None


def _standing() -> Select[Warehouse]:
    return select(Warehouse).where(Warehouse.removed_at.is_(None)).order_by(*_ORDER)


async def names(tx: TenantRead) -> dict[UUID, str]:
    """Of all, the removed ones too: the ledger speaks of them."""
    return {row.id: row.name for row in await tx.execute(select(Warehouse.id, Warehouse.name))}


async def pickup_points(tx: TenantRead) -> Sequence[Warehouse]:
    return (await tx.scalars(_standing().where(Warehouse.is_pickup))).all()


FIRST_WAREHOUSE = (
    select(Warehouse.id)
    .where(Warehouse.removed_at.is_(None))
    .order_by(Warehouse.is_active.desc(), *_ORDER)
    .limit(1)
    .scalar_subquery()
)
"""Where units go when nobody says where: the first active one, or else the first."""


async def first_warehouse(tx: TenantRead) -> UUID:
    found: UUID = await tx.scalar(select(FIRST_WAREHOUSE))
    return found


async def units_in(tx: TenantRead, warehouse_id: UUID) -> int:
    query = select(func.coalesce(func.sum(Stock.on_hand), 0))
    return int(await tx.scalar(query.where(Stock.warehouse_id == warehouse_id)))


async def on_the_way(tx: TenantRead, warehouse_id: UUID) -> bool:
    """Whether an open document comes from the place or goes to it."""
    query = select(StockDocument.id).where(
        StockDocument.state == DocumentState.OPEN,
        (StockDocument.warehouse_id == warehouse_id)
        | (StockDocument.to_warehouse_id == warehouse_id),
    )
    return await tx.scalar(query.limit(1)) is not None


async def totals(tx: TenantRead) -> dict[UUID, tuple[int, int]]:
    """(on hand, reserved) by warehouse."""
    query = select(
        Stock.warehouse_id,
        func.sum(Stock.on_hand).label("on_hand"),
        func.sum(Stock.reserved).label("reserved"),
    ).group_by(Stock.warehouse_id)
    return {
        row.warehouse_id: (int(row.on_hand), int(row.reserved)) for row in await tx.execute(query)
    }


async def sold_here(tx: TenantRead, warehouse_id: UUID) -> Sequence[Row[Any]]:
    """Rows (variant_id, here, elsewhere): free units that stand or fall with the place."""
    return (await tx.execute(_SOLD_ELSEWHERE, {"place": warehouse_id})).all()


async def set_positions(tx: TenantTx, warehouse_ids: Sequence[UUID]) -> None:
    await tx.execute(_SET_POSITIONS, {"ids": list(warehouse_ids)})
