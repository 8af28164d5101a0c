"""The goods have come back."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.shop.inventory import service as inventory
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders.errors import LineMissing
from kram.shop.orders.models import StepKind
from kram.shop.returns.errors import ReturnTooLarge
from kram.shop.returns.events import ReturnReceived
from kram.shop.returns.models import ReturnRequest
from kram.shop.returns.rules import Received, ReturnAction, ReturnedLine
from kram.shop.returns.service.locked import Held, facts, hold, stored, write
from kram.tenants.actor import Actor


async def receive(
    tx: TenantTx, return_id: UUID, came: Mapping[UUID, Received], actor: Actor
) -> ReturnRequest:
    """What came of each line; a line that is not named has not come, and neither has the rest.

    What has not come may be asked for again. Raises: ReturnMissing, ReturnMoved, LineMissing,
    ReturnTooLarge.
    """
    held = await hold(tx, return_id)
    reached = held.reached(ReturnAction.RECEIVE)
    if reached is None:
        return held.back
    _check(held, came)
    counted = [_counted(line, came.get(line.line_id)) for line in held.units]
    for line in counted:
        held.lines[line.line_id].returned_quantity -= line.quantity - line.received
    held.back.lines = stored(counted)
    await _restock(tx, held, counted, actor)
    write(tx, held, reached, StepKind.RETURN_RECEIVED, actor)
    tx.publish(ReturnReceived(**facts(held.back, held.order)))
    return held.back


def _check(held: Held, came: Mapping[UUID, Received]) -> None:
    asked = {line.line_id: line.quantity for line in held.units}
    for line_id, received in came.items():
        if line_id not in asked:
            raise LineMissing
        if not 0 <= received.quantity <= asked[line_id]:
            raise ReturnTooLarge(asked[line_id], line_id=line_id)


def _counted(line: ReturnedLine, came: Received | None) -> ReturnedLine:
    if came is None:
        return msgspec.structs.replace(line, received=0)
    return msgspec.structs.replace(
        line, received=came.quantity, condition=came.condition, restock=came.restock
    )


async def _restock(tx: TenantTx, held: Held, counted: list[ReturnedLine], actor: Actor) -> None:
    shelf = sum_by_variant(
        part
        for line in counted
        if line.restock and line.received
        for part in held.lines[line.line_id].shelf_units(line.received).items()
    )
    await inventory.receive_many(
        tx, shelf, MoveCause.RETURNED, actor, document_id=held.back.id, note=held.back.code
    )
