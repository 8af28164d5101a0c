"""Put units into a parcel, and take them out again."""

from collections.abc import Mapping
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.orders.errors import ParcelMoved
from kram.shop.orders.events import OrderPacked
from kram.shop.orders.models import Fulfilment, ParcelState, StepKind
from kram.shop.orders.service.parcels import (
    UNTRACKED,
    Tracking,
    contents,
    empty,
    fill,
    note_parcel,
    renew_status,
    write_way,
)
from kram.shop.orders.service.step import facts, lock
from kram.tenants.actor import Actor


async def pack(
    tx: TenantTx,
    order_id: UUID,
    units: Mapping[UUID, int],
    actor: Actor,
    tracking: Tracking = UNTRACKED,
    warehouse_id: UUID | None = None,
) -> Fulfilment:
    """A parcel of these units, by the order's lines; nothing has left yet.

    Repeated, it is another parcel. Raises: OrderMissing, StepImpossible, ParcelEmpty, LineMissing,
    ParcelTooLarge.
    """
    held = await contents(tx, await lock(tx, order_id))
    parcel = fill(tx, held, units, tracking, warehouse_id)
    renew_status(tx, held)
    note_parcel(tx, held.order, StepKind.PARCEL_PACKED, actor, parcel)
    tx.publish(OrderPacked(**facts(held.order)))
    return parcel


async def unpack(tx: TenantTx, order_id: UUID, parcel_id: UUID, actor: Actor) -> Fulfilment:
    """A packed parcel is taken apart: its units wait for another one, and stay reserved.

    Raises: OrderMissing, ParcelMissing, ParcelMoved (it has left).
    """
    held = await contents(tx, await lock(tx, order_id))
    parcel = held.parcel(parcel_id)
    if parcel.state in (ParcelState.SHIPPED, ParcelState.DELIVERED):
        raise ParcelMoved(state=parcel.state)
    if parcel.state == ParcelState.PACKED:
        empty(tx, held, parcel)
        renew_status(tx, held)
        note_parcel(tx, held.order, StepKind.PARCEL_CANCELLED, actor, parcel)
        tx.publish(OrderPacked(**facts(held.order)))
    return parcel


async def track(
    tx: TenantTx, order_id: UUID, parcel_id: UUID, tracking: Tracking, actor: Actor
) -> Fulfilment:
    """How a parcel travels, told or corrected later. Raises: OrderMissing, ParcelMissing."""
    held = await contents(tx, await lock(tx, order_id))
    parcel = held.parcel(parcel_id)
    write_way(held.order, parcel, tracking)
    held.order.updated_at = tx.now
    return parcel
