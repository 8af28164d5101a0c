"""What bots called, kept for tests to look at."""

from collections import deque
from typing import Any

import msgspec

KEPT_CALLS = 5_000


class RecordedCall(msgspec.Struct, kw_only=True):
    """One call of a bot and how it was answered."""

    id: int
    bot_id: int
    method: str
    params: dict[str, Any]
    files: list[str]
    at: float
    ok: bool
    error_code: int | None = None
    description: str | None = None


class CallLog:
    """The latest calls, oldest first; older than the last 5,000 are forgotten."""

    def __init__(self) -> None:
        self._calls: deque[RecordedCall] = deque(maxlen=KEPT_CALLS)
        self._next_id = 1

    def add(self, call: RecordedCall) -> None:
        call.id = self._next_id
        self._next_id += 1
        self._calls.append(call)

    def find(
        self, bot_id: int | None = None, method: str | None = None, after: int = 0
    ) -> list[RecordedCall]:
        """Calls with an id above `after`, of one bot or method when given."""
        return [
            call
            for call in self._calls
            if call.id > after
            and bot_id in (None, call.bot_id)
            and (method is None or call.method.lower() == method.lower())
        ]

    def clear(self) -> None:
        self._calls.clear()
