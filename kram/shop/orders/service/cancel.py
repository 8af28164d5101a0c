"""The order ends before it left: somebody's decision, or the time to pay."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.text import line
from kram.shop.inventory import service as inventory
from kram.shop.orders.errors import CardsSpent
from kram.shop.orders.events import OrderCancelled
from kram.shop.orders.models import Order, ParcelState, StepKind
from kram.shop.orders.rules import Action, after
from kram.shop.orders.service import benefits
from kram.shop.orders.service.give import take_back
from kram.shop.orders.service.parcels import Contents, contents, empty
from kram.shop.orders.service.spent import spent_minor
from kram.shop.orders.service.step import facts, lock, move, standing, write_down
from kram.tenants.actor import Actor


async def cancel(
    tx: TenantTx, order_id: UUID, actor: Actor, reason: str, *, restock: bool = True
) -> Order:
    """Its units are free again, or written off, and what was given of it ends; money that was paid
    is `billing`'s to return.

    When it raises, leave the transaction. Raises: OrderMissing, StepImpossible (some of it has
    left, or all), CardsSpent.
    """
    order = await lock(tx, order_id)
    reached = after(standing(order), Action.CANCEL)
    if reached == standing(order):
        return order
    held = await contents(tx, order)
    for parcel in held.parcels:
        if parcel.state == ParcelState.PACKED:
            empty(tx, held, parcel)
    await benefits.give_back(tx, order, actor)
    if await spent_minor(tx, order.id, lock=True):
        raise CardsSpent
    await take_back(tx, order, actor)
    await _let_go(tx, held, actor, restock=restock)
    move(tx, order, reached)
    benefits.close(tx, order)
    write_down(tx, order, StepKind.CANCELLED, actor, line(reason))
    tx.publish(OrderCancelled(**facts(order), reason=line(reason), expired=False))
    return order


async def _let_go(tx: TenantTx, held: Contents, actor: Actor, *, restock: bool) -> None:
    """Keys that were promised cannot be lost: whatever happened to the parcel, they are free."""
    if not restock and all(line.is_sent for line in held.lines.values()):
        await inventory.discard(tx, held.order.id, actor)
        return
    lost = {} if restock else held.by_variant(held.left())
    if lost:
        await inventory.discard(tx, held.order.id, actor, lost)
    await inventory.release(tx, held.order.id)


async def expire(tx: TenantTx, order_id: UUID) -> Order:
    """Cancels the order if it is still unpaid; otherwise leaves it. Raises: OrderMissing."""
    order = await lock(tx, order_id)
    reached = after(standing(order), Action.EXPIRE)
    if reached == standing(order):
        return order
    await benefits.give_back(tx, order, Actor.system("expiry"))
    await inventory.release(tx, order.id)
    move(tx, order, reached)
    write_down(tx, order, StepKind.EXPIRED, Actor.system("expiry"))
    tx.publish(OrderCancelled(**facts(order), reason="", expired=True))
    return order
