"""Where the steps of a return lead, and until when goods may come back. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec

from kram.shop.returns.errors import ReturnMoved
from kram.shop.returns.models import Condition, ReturnState


class ReturnedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """`quantity` units of an order's line were asked for, `received` of them came.

    `refund_minor` is their exact share of what the line cost, known when the return is closed.
    """

    line_id: UUID
    quantity: int
    received: int = 0
    condition: Condition = Condition.NEW
    restock: bool = False
    refund_minor: int = 0


class Received(msgspec.Struct, frozen=True):
    """What came of a line."""

    quantity: int
    condition: Condition = Condition.NEW
    restock: bool = True


class ReturnAction(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    RECEIVE = "receive"
    CLOSE = "close"


_STEPS: Mapping[ReturnAction, tuple[frozenset[ReturnState], ReturnState]] = MappingProxyType(
    {
        ReturnAction.APPROVE: (frozenset({ReturnState.REQUESTED}), ReturnState.APPROVED),
        ReturnAction.DECLINE: (
            frozenset({ReturnState.REQUESTED, ReturnState.APPROVED}),
            ReturnState.DECLINED,
        ),
        ReturnAction.RECEIVE: (frozenset({ReturnState.APPROVED}), ReturnState.RECEIVED),
        ReturnAction.CLOSE: (frozenset({ReturnState.RECEIVED}), ReturnState.CLOSED),
    }
)
_WAY = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.RECEIVED, ReturnState.CLOSED)


def after(state: ReturnState, action: ReturnAction) -> ReturnState:
    """Where the action leads; the same state if that was reached before. Raises: ReturnMoved."""
    before, reached = _STEPS[action]
    if state in before:
        return reached
    if state is reached or (
        state in _WAY and reached in _WAY and _WAY.index(state) > _WAY.index(reached)
    ):
        return state
    raise ReturnMoved(state=state.value)


def possible_actions(state: ReturnState) -> frozenset[ReturnAction]:
    """What would change something."""
    return frozenset(action for action, (before, _) in _STEPS.items() if state in before)


def is_in_time(delivered_at: datetime, now: datetime, days: int) -> bool:
    """A whole day more is given for the day of the delivery itself."""
    return now < delivered_at + timedelta(days=days + 1)


def read_lines(stored: object) -> tuple[ReturnedLine, ...]:
    return msgspec.convert(stored, tuple[ReturnedLine, ...])
