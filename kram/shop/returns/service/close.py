"""The money for what came goes back, and the return is over."""

from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.loyalty import service as loyalty
from kram.shop.orders.models import Order, OrderLine, StepKind
from kram.shop.orders.pricing import priced
from kram.shop.orders.service.earned import take_back_earned
from kram.shop.orders.service.free_credit import free_credit
from kram.shop.orders.service.rest import ask_balance, credit
from kram.shop.returns.errors import DeliveryRefunded
from kram.shop.returns.events import ReturnClosed
from kram.shop.returns.models import ReturnRequest
from kram.shop.returns.queries import returns_of
from kram.shop.returns.rules import ReturnAction, ReturnedLine
from kram.shop.returns.service.locked import Held, facts, hold, stored, write
from kram.tenants.actor import Actor

RETURNED = "returned"
"""The reason of the refund that follows."""


async def close(
    tx: TenantTx,
    return_id: UUID,
    actor: Actor,
    *,
    refunds_delivery: bool = False,
    refunds_money: bool = True,
) -> ReturnRequest:
    """Asks for the exact share of what came; `refunds_money` False: it goes into an exchange.

    Raises: ReturnMissing, ReturnMoved, DeliveryRefunded.
    """
    held = await hold(tx, return_id)
    reached = held.reached(ReturnAction.CLOSE)
    if reached is None:
        return held.back
    if refunds_delivery and await _delivery_went_back(tx, held.order.id):
        raise DeliveryRefunded
    counted, points, discount = _credited(held)
    delivery = delivery_cost(held.order) if refunds_delivery else 0
    held.back.lines = stored(counted)
    held.back.refunds_delivery = refunds_delivery
    held.back.refund_minor = sum(line.refund_minor for line in counted) + delivery
    _write(tx, held, actor, asks=refunds_money)
    free_credit(tx, held.order, discount)
    await tx.flush()
    if points:
        await loyalty.give_back(tx, held.order.id, actor, points)
    await take_back_earned(tx, held.order)
    return held.back


def _write(tx: TenantTx, held: Held, actor: Actor, *, asks: bool) -> None:
    back, order = held.back, held.order
    reached = held.reached(ReturnAction.CLOSE)
    assert reached is not None, "judged by the caller"
    write(tx, held, reached, StepKind.RETURN_CLOSED, actor, amount_minor=back.refund_minor)
    tx.publish(ReturnClosed(**facts(back, order)))
    if asks and back.refund_minor:
        ask_balance(tx, order, back.refund_minor, RETURNED, actor, back.id)


def _credited(held: Held) -> tuple[list[ReturnedLine], int, int]:
    """The lines with what goes back for them, the points that were spent on what came, and what it
    had of the discount."""
    counted, points, discount = [], 0, 0
    for line in held.units:
        refund = credit(held.lines[line.line_id], line.received)
        counted.append(msgspec.structs.replace(line, refund_minor=refund.amount_minor))
        points += refund.points
        discount += refund.discount_minor
    return counted, points, discount


async def _delivery_went_back(tx: TenantRead, order_id: UUID) -> bool:
    return any(back.refunds_delivery for back in await returns_of(tx, order_id))


def refund_of(line: OrderLine, units: int) -> int:
    """What closing would give back for the next units of the line."""
    return priced(line).cost(line.credited_quantity, units)


def delivery_cost(order: Order) -> int:
    """What the delivery cost its shopper, after its discount and with its tax."""
    discount = int(order.pricing.get("delivery_discount_minor", 0))
    added = int(order.pricing.get("delivery_tax_added_minor", 0))
    return order.delivery_minor - discount + added
