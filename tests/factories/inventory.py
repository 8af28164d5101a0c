"""Units on shelves, and what the tables say of them."""

from uuid import UUID

from sqlalchemy import func, select

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory import service
from kram.shop.inventory.models import MoveCause, Reservation, StockMove
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
