"""The staff's steps: accept, ship, deliver."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.text import line
from kram.shop.inventory import service as inventory
from kram.shop.orders.events import OrderAccepted, OrderDelivered, OrderShipped
from kram.shop.orders.models import Order, StepKind
from kram.shop.orders.rules import Action, after
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
    """Its units leave the stock. A number given later, for a shipped order, is not written.

    Raises: OrderMissing, StepImpossible.
    """
    order = await lock(tx, order_id)
    reached = after(standing(order), Action.SHIP)
    if reached != standing(order):
        await inventory.take(tx, order.id, actor)
        move(tx, order, reached)
        order.tracking = line(tracking)
        write_down(tx, order, StepKind.SHIPPED, actor, note=order.tracking)
        tx.publish(OrderShipped(**facts(order), tracking=order.tracking))
    return order


async def deliver(tx: TenantTx, order_id: UUID, actor: Actor) -> Order:
    """Raises: OrderMissing, StepImpossible."""
    order = await lock(tx, order_id)
    reached = after(standing(order), Action.DELIVER)
    if reached != standing(order):
        move(tx, order, reached)
        write_down(tx, order, StepKind.DELIVERED, actor)
        tx.publish(OrderDelivered(**facts(order)))
    return order
