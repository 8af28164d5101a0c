"""The staff's steps: accept, ship, deliver."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.orders.events import OrderAccepted
from kram.shop.orders.models import Order, ParcelState, StepKind
from kram.shop.orders.rules import Action, after
from kram.shop.orders.service.parcels import Tracking, adopt, contents, fill
from kram.shop.orders.service.send import announce_arrival, announce_shipped, dispatch
from kram.shop.orders.service.step import facts, lock, move, standing, write_down
from kram.tenants.actor import Actor


async def accept(tx: TenantTx, order_id: UUID, actor: Actor) -> Order:
    """Raises: OrderMissing, StepImpossible."""
    order = await lock(tx, order_id)
    reached = after(standing(order), Action.ACCEPT)
    if reached != standing(order):
        move(tx, order, reached)
        write_down(tx, order, StepKind.ACCEPTED, actor)
        tx.publish(OrderAccepted(**facts(order)))
    return order


async def ship(tx: TenantTx, order_id: UUID, actor: Actor, tracking: str = "") -> Order:
    """All that has not left goes in one parcel, after the parcels that stand packed.

    A number given later, for a shipped order, is not written. Raises: OrderMissing,
    StepImpossible, DifferenceUnpaid.
    """
    order = await lock(tx, order_id)
    if after(standing(order), Action.SHIP) == standing(order):
        return order
    held = await contents(tx, order)
    waiting = [parcel for parcel in held.parcels if parcel.state == ParcelState.PACKED]
    if held.left():
        waiting.append(fill(tx, held, held.left(), Tracking(number=tracking)))
        await tx.flush()
    for parcel in waiting:
        number = "" if parcel.tracking_number else tracking
        await dispatch(tx, held, parcel, actor, Tracking(number=number))
        announce_shipped(tx, held, parcel, actor)
    return order


async def deliver(tx: TenantTx, order_id: UUID, actor: Actor) -> Order:
    """All its parcels were handed over. Raises: OrderMissing, StepImpossible."""
    order = await lock(tx, order_id)
    if after(standing(order), Action.DELIVER) == standing(order):
        return order
    held = await contents(tx, order)
    if not held.parcels:
        adopt(tx, held)
    for parcel in held.parcels:
        if parcel.state == ParcelState.SHIPPED:
            parcel.state, parcel.delivered_at = ParcelState.DELIVERED, tx.now
            announce_arrival(tx, held, parcel, actor)
    return order
