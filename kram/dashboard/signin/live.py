"""Whether a session still lives, asked of the database at most once in a while per process.

A revoked session is refused within `LIVE_SECONDS` everywhere. The answer is kept in memory alone,
so that whatever happens to Valkey can neither end a session nor revive one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from kram.kit.db.database import Database
from kram.tenants import queries

LIVE_SECONDS = 0.8
_MOST_REMEMBERED = 10_000


class LiveSessions:
    """Remembers which sessions live; what is dead is remembered no longer than what lives."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[bool, float]] = OrderedDict()

    async def is_live(self, session_id: UUID) -> bool:
        live, until = self._known.get(session_id, (False, 0.0))
        if until > self._clock():
            return live
        asked_at = self._clock()
        async with self._db.platform() as tx:
            live = await queries.is_session_live(tx, session_id)
        self._known[session_id] = (live, asked_at + LIVE_SECONDS)
        self._known.move_to_end(session_id)
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return live

    def forget(self, session_id: UUID) -> None:
        """After a commit that ended it: this process need not wait."""
        self._known.pop(session_id, None)
