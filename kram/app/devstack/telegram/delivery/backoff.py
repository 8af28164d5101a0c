"""How long a refused update waits."""

import secrets

MAX_ASKED_SECONDS = 3_600.0


class Backoff:
    """Nothing, then 2, 4, 8 … 64 seconds, then a random 60–120."""

    def __init__(self) -> None:
        self._failures = 0

    def next_seconds(self, asked_seconds: float | None) -> float:
        """The next wait; the receiver's own wish goes first."""
        self._failures += 1
        if asked_seconds is not None:
            return min(MAX_ASKED_SECONDS, max(0.0, asked_seconds))
        if self._failures == 1:
            return 0.0
        if self._failures <= 7:
            return float(2 ** (self._failures - 1))
        return 60.0 + secrets.randbelow(61)
