"""Somebody wants to give goods back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id, public_code
from kram.kit.text import lines as several_lines
from kram.shop.orders import queries as order_queries
from kram.shop.orders.errors import LineMissing
from kram.shop.orders.models import Order, OrderLine, PaymentState, StepKind
from kram.shop.orders.service.step import lock
from kram.shop.orders.settings import order_settings
from kram.shop.returns.errors import (
    NotReturnable,
    ReturnEmpty,
    ReturnTooEarly,
    ReturnTooLarge,
    ReturnTooLate,
)
from kram.shop.returns.events import ReturnRequested
from kram.shop.returns.models import ReturnReason, ReturnRequest, ReturnState
from kram.shop.returns.rules import ReturnedLine, is_in_time
from kram.shop.returns.service.locked import Held, facts, stored, write
from kram.tenants.actor import Actor, ActorKind

LONGEST_COMMENT = 1000
MOST_PHOTOS = 6


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """`units` by the order's lines; `photos` are storage keys of pictures that were taken in."""

    units: Mapping[UUID, int]
    reason: ReturnReason
    comment: str = ""
    photos: tuple[str, ...] = ()


async def request(tx: TenantTx, order_id: UUID, wish: Wish, actor: Actor) -> ReturnRequest:
    """The units are spoken for from now on. What the staff asks for is approved by that, and the
    shop's time limit and what it does not take back do not bind it: a defect always counts.

    Raises: OrderMissing, ReturnEmpty, LineMissing, NotReturnable, ReturnTooLarge, ReturnTooEarly,
    ReturnTooLate.
    """
    order = await lock(tx, order_id)
    by_staff = actor.kind is not ActorKind.SHOPPER
    if not by_staff:
        await _check_time(tx, order)
    lines = {line.id: line for line in await order_queries.lines_of(tx, order_id)}
    if not by_staff:
        _check_kept(lines, wish.units)
    _claim(lines, wish.units)
    back = _made(tx, order, wish, by_staff=by_staff)
    tx.add(back)
    await tx.flush()
    held = Held(back, order, lines)
    write(tx, held, ReturnState.REQUESTED, StepKind.RETURN_REQUESTED, actor, back.comment)
    tx.publish(ReturnRequested(**facts(back, order)))
    if by_staff:
        write(tx, held, ReturnState.APPROVED, StepKind.RETURN_APPROVED, actor)
    return back


async def returnable(tx: TenantRead, order: Order) -> dict[UUID, int]:
    """Units that its shopper may give back now, by line; nothing too early or too late, nor when
    all the money is back."""
    if order.payment_state == PaymentState.REFUNDED:
        return {}
    try:
        await _check_time(tx, order)
    except (ReturnTooEarly, ReturnTooLate):
        return {}
    lines = await order_queries.lines_of(tx, order.id)
    left = {line.id: line.returnable_quantity for line in lines if line.is_returnable}
    return {line_id: units for line_id, units in left.items() if units}


def _check_kept(lines: Mapping[UUID, OrderLine], units: Mapping[UUID, int]) -> None:
    for line_id in units:
        if line_id in lines and not lines[line_id].is_returnable:
            raise NotReturnable(lines[line_id].title, line_id)


async def _check_time(tx: TenantRead, order: Order) -> None:
    came_at = await _delivered_at(tx, order.id)
    if came_at is None:
        raise ReturnTooEarly
    days = (await order_settings(tx)).return_days
    if not is_in_time(came_at, tx.now, days):
        raise ReturnTooLate(days=days)


async def _delivered_at(tx: TenantRead, order_id: UUID) -> datetime | None:
    """When the last parcel that has come did so."""
    parcels = await order_queries.parcels_of(tx, order_id)
    return max((each.delivered_at for each in parcels if each.delivered_at), default=None)


def _claim(lines: Mapping[UUID, OrderLine], units: Mapping[UUID, int]) -> None:
    if not units or min(units.values()) <= 0:
        raise ReturnEmpty
    for line_id, quantity in units.items():
        line = lines.get(line_id)
        if line is None:
            raise LineMissing
        left = line.returnable_quantity
        if quantity > left:
            raise ReturnTooLarge(left, line_id=line_id)
    for line_id, quantity in units.items():
        lines[line_id].returned_quantity += quantity


def _made(tx: TenantTx, order: Order, wish: Wish, *, by_staff: bool) -> ReturnRequest:
    asked = [ReturnedLine(line_id, quantity) for line_id, quantity in wish.units.items()]
    return ReturnRequest(
        id=new_id(),
        code=public_code(),
        order_id=order.id,
        state=ReturnState.REQUESTED,
        reason=wish.reason,
        comment=several_lines(wish.comment.replace("\0", ""))[:LONGEST_COMMENT],
        answer="",
        photos=list(wish.photos[:MOST_PHOTOS]),
        lines=stored(asked),
        refunds_delivery=False,
        refund_minor=0,
        by_staff=by_staff,
        created_at=tx.now,
        updated_at=tx.now,
    )
