"""The order ends before it left: somebody's decision, or the time to pay."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.text import line
from kram.shop.inventory import service as inventory
from kram.shop.orders.events import OrderCancelled
from kram.shop.orders.models import Order, StepKind
from kram.shop.orders.rules import Action, after
from kram.shop.orders.service.step import facts, lock, move, standing, write_down
from kram.tenants.actor import Actor


async def cancel(tx: TenantTx, order_id: UUID, actor: Actor, reason: str) -> Order:
    """Its units are free again; money that was paid is `billing`'s to return.

    Raises: OrderMissing, StepImpossible (it has left, or arrived).
    """
    order = await lock(tx, order_id)
    return await _end(tx, order, Action.CANCEL, actor, line(reason))


async def expire(tx: TenantTx, order_id: UUID) -> Order:
    """Cancels the order if it is still unpaid; otherwise leaves it. Raises: OrderMissing."""
    order = await lock(tx, order_id)
    return await _end(tx, order, Action.EXPIRE, Actor.system("expiry"), "")


async def _end(tx: TenantTx, order: Order, action: Action, actor: Actor, reason: str) -> Order:
    reached = after(standing(order), action)
    if reached == standing(order):
        return order
    await inventory.release(tx, order.id)
    move(tx, order, reached)
    expired = action is Action.EXPIRE
    write_down(tx, order, StepKind.EXPIRED if expired else StepKind.CANCELLED, actor, reason)
    tx.publish(OrderCancelled(**facts(order), reason=reason, expired=expired))
    return order
