"""A sign of life that a process's own loops give, as the time of a file that others look at."""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_BEAT_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Heartbeat:
    """Beats once every loop has turned since the last beat: a single one that is stuck stops it.

    A loop turns when it is ready for work, also while a server that it needs is away: no new start
    of the process would heal that.
    """

    def __init__(self, file: Path, loops: Iterable[str]) -> None:
        self._file = file
        self._loops = frozenset(loops)
        self._waiting = set(self._loops)
        self._beaten_at = float("-inf")

    def of(self, loop: str) -> Callable[[], None]:
        """What that loop calls at each turn; it costs nothing to call it often."""
        assert loop in self._loops

        def turned() -> None:
            self._waiting.discard(loop)
            if not self._waiting and time.monotonic() - self._beaten_at >= _BEAT_SECONDS:
                self._beat()

        return turned

    def _beat(self) -> None:
        self._waiting = set(self._loops)
        self._beaten_at = time.monotonic()
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch()
        except OSError as error:  # a full disk must not stop the work, only the sign of it
            _log.warning("no heartbeat in %s: %s", self._file, error.strerror)


def seconds_since_beat(file: Path) -> float | None:
    """None: there was none."""
    try:
        return max(0.0, time.time() - file.stat().st_mtime)
    except OSError:
        return None
