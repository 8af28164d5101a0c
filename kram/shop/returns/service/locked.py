"""What every step of a return does: lock its order, judge, write it down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.shop.orders import queries as order_queries
from kram.shop.orders.models import Order, OrderLine, StepKind
from kram.shop.orders.service.step import lock, write_down
from kram.shop.returns.errors import ReturnMissing
from kram.shop.returns.models import ReturnRequest, ReturnState
from kram.shop.returns.rules import ReturnAction, ReturnedLine, after, read_lines
from kram.tenants.actor import Actor


@dataclass(frozen=True, slots=True)
class Held:
    """A return with its order and the order's lines, ours until the commit."""

    back: ReturnRequest
    order: Order
    lines: Mapping[UUID, OrderLine]

    @property
    def units(self) -> tuple[ReturnedLine, ...]:
        return read_lines(self.back.lines)

    def reached(self, action: ReturnAction) -> ReturnState | None:
        """Where the action leads; None: that was reached before. Raises: ReturnMoved."""
        now = ReturnState(self.back.state)
        state = after(now, action)
        return None if state is now else state


async def hold(tx: TenantTx, return_id: UUID) -> Held:
    """Raises: ReturnMissing."""
    known = await tx.get(ReturnRequest, return_id)
    if known is None:
        raise ReturnMissing
    order = await lock(tx, known.order_id)
    # Read again: what was read before the lock may be older than what the last holder wrote.
    back = await tx.get(ReturnRequest, return_id, lock=True)
    assert back is not None, "returns are never deleted"
    return Held(back, order, {line.id: line for line in await order_queries.lines_of(tx, order.id)})


def write(
    tx: TenantTx,
    held: Held,
    state: ReturnState,
    kind: StepKind,
    actor: Actor,
    note: str = "",
    amount_minor: int | None = None,
) -> None:
    held.back.state, held.back.updated_at = state, tx.now
    held.order.updated_at = tx.now
    detail = {"return": held.back.code}
    write_down(tx, held.order, kind, actor, note, amount_minor, detail)


def stored(lines: Iterable[ReturnedLine]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(line) for line in lines]


def facts(back: ReturnRequest, order: Order) -> dict[str, Any]:
    """The fields that every `ReturnEvent` carries."""
    return {
        "return_id": back.id,
        "code": back.code,
        "order_id": order.id,
        "order_code": order.code,
        "state": back.state,
        "reason": back.reason,
        "refund_minor": back.refund_minor,
        "currency": order.currency,
    }
