"""Where the steps of a return lead, over every state and action there is."""

from datetime import UTC, datetime, timedelta

import pytest

from kram.shop.returns.errors import ReturnMoved
from kram.shop.returns.models import ReturnState
from kram.shop.returns.rules import ReturnAction, after, is_in_time, possible_actions

S, A = ReturnState, ReturnAction


def outcome(state: ReturnState, action: ReturnAction) -> ReturnState | None:
    try:
        return after(state, action)
    except ReturnMoved:
        return None


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", list(A))
def test_asking_again_changes_nothing(state: ReturnState, action: ReturnAction) -> None:
    reached = outcome(state, action)
    if reached is not None:
        assert after(reached, action) is reached
    assert (action in possible_actions(state)) == (reached not in (None, state))


@pytest.mark.parametrize("action", [A.APPROVE, A.RECEIVE, A.CLOSE])
def test_a_declined_return_stays_declined(action: ReturnAction) -> None:
    assert outcome(S.DECLINED, action) is None


@pytest.mark.parametrize("state", [S.RECEIVED, S.CLOSED])
def test_what_has_come_is_not_declined(state: ReturnState) -> None:
    assert outcome(state, A.DECLINE) is None


def test_the_day_of_delivery_does_not_count() -> None:
    came_at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert is_in_time(came_at, came_at + timedelta(days=14, hours=23), 14)
    assert not is_in_time(came_at, came_at + timedelta(days=15), 14)
