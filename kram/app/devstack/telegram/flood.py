"""Telegram's limits: 30 messages a second for a bot, 1 in a chat, 20 a minute in a group.

The figures are those of https://core.telegram.org/bots/faq; off unless a test asks for them.
"""

import math
from collections.abc import Callable, Hashable


class FloodGate:
    """Token buckets per bot and per chat; short bursts pass."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_on = False
        self._clock = clock
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def wait_seconds(self, bot_id: int, chat_id: str) -> int:
        """Seconds the caller must wait; 0 takes a place and lets the message through."""
        if not self.is_on:
            return 0
        limits: list[tuple[Hashable, float, float]] = [
            (bot_id, 30.0, 30.0),
            ((bot_id, chat_id), 1.0, 3.0),
        ]
        if chat_id.startswith("-"):
            limits.append(((bot_id, chat_id, "minute"), 20 / 60, 20.0))
        wait = max(self._wait(key, rate, burst) for key, rate, burst in limits)
        if wait == 0:
            for key, rate, burst in limits:
                self._take(key, rate, burst)
        return math.ceil(wait)

    def webhook_wait_seconds(self, bot_id: int) -> int:
        """A bot may set its webhook once a second."""
        if not self.is_on:
            return 0
        key = (bot_id, "setWebhook")
        wait = self._wait(key, 1.0, 1.0)
        if wait == 0:
            self._take(key, 1.0, 1.0)
        return math.ceil(wait)

    def _level(self, key: Hashable, rate: float, burst: float) -> float:
        level, at = self._buckets.get(key, (burst, self._clock()))
        return min(burst, level + (self._clock() - at) * rate)

    def _wait(self, key: Hashable, rate: float, burst: float) -> float:
        return max(0.0, (1 - self._level(key, rate, burst)) / rate)

    def _take(self, key: Hashable, rate: float, burst: float) -> None:
        self._buckets[key] = (self._level(key, rate, burst) - 1, self._clock())
