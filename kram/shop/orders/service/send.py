"""A parcel leaves and arrives."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.inventory import service as inventory
from kram.shop.orders.errors import DifferenceUnpaid, ParcelMoved
from kram.shop.orders.events import OrderDelivered, OrderShipped, ParcelDelivered, ParcelShipped
from kram.shop.orders.models import Fulfilment, OrderStatus, ParcelState, PaymentState, StepKind
from kram.shop.orders.rules import Action
from kram.shop.orders.service.parcels import (
    UNTRACKED,
    Contents,
    Tracking,
    contents,
    note_parcel,
    renew_status,
    which,
    write_way,
)
from kram.shop.orders.service.step import facts, lock, write_down
from kram.tenants.actor import Actor


async def send(
    tx: TenantTx,
    order_id: UUID,
    parcel_id: UUID,
    actor: Actor,
    tracking: Tracking = UNTRACKED,
) -> Fulfilment:
    """A packed parcel leaves, and its units leave the stock; one that has left is returned.

    Raises: OrderMissing, ParcelMissing, ParcelMoved (it was cancelled), DifferenceUnpaid.
    """
    held = await contents(tx, await lock(tx, order_id))
    parcel = held.parcel(parcel_id)
    if parcel.state == ParcelState.CANCELLED:
        raise ParcelMoved(state=parcel.state)
    if parcel.state == ParcelState.PACKED:
        await dispatch(tx, held, parcel, actor, tracking)
        announce_shipped(tx, held, parcel, actor)
    return parcel


async def dispatch(
    tx: TenantTx, held: Contents, parcel: Fulfilment, actor: Actor, tracking: Tracking
) -> None:
    """What is told about it is `announce_shipped`'s. Raises: DifferenceUnpaid."""
    if held.order.payment_state == PaymentState.PARTLY_PAID:
        raise DifferenceUnpaid(status=held.order.status, action=Action.SHIP)
    units = held.by_variant(parcel.units)
    if units:
        await inventory.take_part(tx, held.order.id, units, actor, parcel.id)
    for line_id, quantity in parcel.units.items():
        held.lines[line_id].shipped_quantity += quantity
    parcel.state, parcel.shipped_at = ParcelState.SHIPPED, tx.now
    write_way(held.order, parcel, tracking)


def announce_shipped(tx: TenantTx, held: Contents, parcel: Fulfilment, actor: Actor) -> None:
    """One word for each parcel: of the whole order, if that has left with it."""
    order = held.order
    renew_status(tx, held)
    if order.status == OrderStatus.SHIPPED:
        write_down(tx, order, StepKind.SHIPPED, actor, parcel.tracking_number, detail=which(parcel))
        tx.publish(OrderShipped(**facts(order), tracking=parcel.tracking_number))
    else:
        note_parcel(tx, order, StepKind.PARCEL_SHIPPED, actor, parcel)
        tx.publish(
            ParcelShipped(
                **facts(order),
                parcel_id=parcel.id,
                parcel=parcel.number,
                tracking=parcel.tracking_number,
            )
        )


async def arrive(tx: TenantTx, order_id: UUID, parcel_id: UUID, actor: Actor) -> Fulfilment:
    """A sent parcel was handed over; one that was handed over is returned.

    Raises: OrderMissing, ParcelMissing, ParcelMoved (it has not left, or was cancelled).
    """
    held = await contents(tx, await lock(tx, order_id))
    parcel = held.parcel(parcel_id)
    if parcel.state in (ParcelState.PACKED, ParcelState.CANCELLED):
        raise ParcelMoved(state=parcel.state)
    if parcel.state == ParcelState.SHIPPED:
        parcel.state, parcel.delivered_at = ParcelState.DELIVERED, tx.now
        announce_arrival(tx, held, parcel, actor)
    return parcel


def announce_arrival(tx: TenantTx, held: Contents, parcel: Fulfilment, actor: Actor) -> None:
    order = held.order
    renew_status(tx, held)
    if order.status == OrderStatus.DELIVERED:
        write_down(tx, order, StepKind.DELIVERED, actor, detail=which(parcel))
        tx.publish(OrderDelivered(**facts(order)))
    else:
        note_parcel(tx, order, StepKind.PARCEL_DELIVERED, actor, parcel)
        tx.publish(ParcelDelivered(**facts(order), parcel_id=parcel.id, parcel=parcel.number))
