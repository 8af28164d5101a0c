"""What no parcel holds yet will not be sent."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.text import line as as_line
from kram.shop.inventory import service as inventory
from kram.shop.loyalty import service as loyalty
from kram.shop.orders.errors import NothingLeft
from kram.shop.orders.events import OrderBalanceDue, OrderDelivered, OrderRestCancelled
from kram.shop.orders.models import Order, OrderLine, OrderStatus, PaymentState, StepKind
from kram.shop.orders.pricing import priced
from kram.shop.orders.rules import PACKABLE, Action, impossible, share
from kram.shop.orders.service.cancel import cancel
from kram.shop.orders.service.free_credit import free_credit
from kram.shop.orders.service.parcels import Contents, contents, renew_status
from kram.shop.orders.service.step import facts, lock, standing, write_down
from kram.tenants.actor import Actor

REST_CANCELLED = "rest_cancelled"
"""The reason of the refund that follows."""


class Credit(NamedTuple):
    """What some units of a line cost: in money, and in points that were spent on them; and what
    they had of the discount."""

    amount_minor: int
    points: int
    discount_minor: int = 0


async def cancel_rest(
    tx: TenantTx, order_id: UUID, actor: Actor, reason: str, *, restock: bool = True
) -> Order:
    """The units that no parcel holds; what they cost is taken off, and goes back if it was paid.

    An order of which no parcel was packed and nothing given is cancelled as a whole. Raises:
    OrderMissing, StepImpossible, NothingLeft.
    """
    order = await lock(tx, order_id)
    if OrderStatus(order.status) not in PACKABLE:
        raise impossible(standing(order), Action.CANCEL)
    held = await contents(tx, order)
    left = held.left()
    if not left:
        raise NothingLeft
    if order.status == OrderStatus.ACCEPTED and not held.has_given:
        return await cancel(tx, order_id, actor, reason, restock=restock)
    off = _take_off(held, left)
    free_credit(tx, order, off.discount_minor)
    if off.points:
        await loyalty.give_back(tx, order.id, actor, off.points)
    await _let_go(tx, order.id, held.by_variant(left), actor, restock=restock)
    _write(tx, held, off.amount_minor, actor, as_line(reason))
    return order


async def _let_go(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int], actor: Actor, *, restock: bool
) -> None:
    if units and restock:
        await inventory.release_part(tx, order_id, units)
    elif units:
        await inventory.discard(tx, order_id, actor, units)


def _take_off(held: Contents, left: dict[UUID, int]) -> Credit:
    amount, points, discount = 0, 0, 0
    for line_id, units in left.items():
        line = held.lines[line_id]
        line.cancelled_quantity += units
        part = credit(line, units)
        amount, points = amount + part.amount_minor, points + part.points
        discount += part.discount_minor
    held.order.cancelled_minor += amount
    return Credit(amount, points, discount)


def credit(line: OrderLine, units: int) -> Credit:
    """What the next `units` of the line cost; they count as no longer to be paid from now on."""
    before, line.credited_quantity = line.credited_quantity, line.credited_quantity + units
    return Credit(
        priced(line).cost(before, units),
        share(line.points_minor, line.quantity, before, units),
        share(line.discount_minor, line.quantity, before, units),
    )


def _write(tx: TenantTx, held: Contents, amount: int, actor: Actor, reason: str) -> None:
    order = held.order
    was_delivered = order.status == OrderStatus.DELIVERED
    renew_status(tx, held)
    write_down(tx, order, StepKind.REST_CANCELLED, actor, reason, amount)
    tx.publish(OrderRestCancelled(**facts(order), amount_minor=amount, reason=reason))
    ask_balance(
        tx, order, amount if order.payment_state == PaymentState.PAID else 0, REST_CANCELLED, actor
    )
    if order.status == OrderStatus.DELIVERED and not was_delivered:
        write_down(tx, order, StepKind.DELIVERED, actor)
        tx.publish(OrderDelivered(**facts(order)))


def ask_balance(
    tx: TenantTx,
    order: Order,
    amount: int,
    reason: str,
    actor: Actor,
    refund_id: UUID | None = None,
) -> None:
    """`amount` goes back: nothing of what was not paid when the order came to cost less, since it
    will be collected as it is now.
    """
    tx.publish(
        OrderBalanceDue(
            order_id=order.id,
            refund_id=refund_id or new_id(),
            amount_minor=amount,
            reason=reason,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
        )
    )
