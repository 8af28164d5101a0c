"""Units on shelves, and what the tables say of them."""

from uuid import UUID

from sqlalchemy import func, select

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory import service
from kram.shop.inventory.models import MoveCause, Reservation, Selling, StockMove
from kram.shop.inventory.service.policies import PolicyDraft, set_policy
from kram.shop.inventory.service.warehouses import WarehouseDraft, add_warehouse
from kram.tenants.actor import Actor, ActorKind

STAFF = Actor(ActorKind.MERCHANT, "11111111-0000-7000-8000-000000000001", "Olena")


async def put_on_shelf(tx: TenantTx, variant_id: UUID, units: int) -> None:
    await service.receive(tx, variant_id, units, MoveCause.RECEIVED, STAFF)


async def stock_of(tx: TenantRead, variant_id: UUID) -> tuple[int, int]:
    """(on hand, reserved)."""
    level = (await service.levels(tx, [variant_id]))[variant_id]
    return level.on_hand, level.reserved


async def ledger_sum(tx: TenantRead, variant_id: UUID) -> int:
    query = select(func.coalesce(func.sum(StockMove.delta), 0))
    return int(await tx.scalar(query.where(StockMove.variant_id == variant_id)))


async def held(tx: TenantRead, variant_id: UUID) -> int:
    """Units in reservations that are still held."""
    query = select(func.coalesce(func.sum(Reservation.quantity), 0))
    return int(
        await tx.scalar(
            query.where(Reservation.variant_id == variant_id, Reservation.state == "held")
        )
    )


async def make_warehouse(
    tx: TenantTx, name: str = "Depot", *, is_active: bool = True, is_pickup: bool = False
) -> UUID:
    draft = WarehouseDraft(name, is_active=is_active, is_pickup=is_pickup)
    return (await add_warehouse(tx, draft)).id


async def put_into(tx: TenantTx, warehouse_id: UUID, variant_id: UUID, units: int) -> None:
    await service.receive(
        tx, variant_id, units, MoveCause.RECEIVED, STAFF, warehouse_id=warehouse_id
    )


async def parts_of(tx: TenantRead, order_id: UUID) -> dict[tuple[UUID, UUID], tuple[str, int]]:
    """(state, quantity) of the order's reservations by (variant, warehouse)."""
    found = await tx.execute(
        select(
            Reservation.variant_id,
            Reservation.warehouse_id,
            Reservation.state,
            Reservation.quantity,
        ).where(Reservation.order_id == order_id)
    )
    return {(row.variant_id, row.warehouse_id): (row.state, row.quantity) for row in found}


async def backordered(tx: TenantRead, variant_id: UUID) -> int:
    return (await service.levels(tx, [variant_id]))[variant_id].backordered


async def awaited(tx: TenantRead, variant_id: UUID) -> int:
    """Units in reservations that wait for them."""
    query = select(func.coalesce(func.sum(Reservation.quantity), 0))
    return int(
        await tx.scalar(
            query.where(Reservation.variant_id == variant_id, Reservation.state == "awaited")
        )
    )


async def to_order(tx: TenantTx, variant_id: UUID, limit: int | None = None) -> None:
    await set_policy(tx, variant_id, PolicyDraft(Selling.BACKORDER, limit=limit))
