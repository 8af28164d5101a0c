"""Hands rows in flight to workers until every handler of each has said that it is done.

The relay holds nothing that matters: killed at any point, its rows' leases end and the next relay
takes them up. Two relays share the work by SKIP LOCKED.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from kram.kit.db.database import Database
from kram.kit.events import queries
from kram.kit.events.handling import Subscribers
from kram.kit.events.queries import LeasedRow

_log = logging.getLogger(__name__)

Send = Callable[[LeasedRow, str], Awaitable[None]]
"""Puts (row, handler's name) on the queue; raises when the queue is away."""


_CLOSING_SECONDS = 0.25


class _HandedOut(NamedTuple):
    row: LeasedRow
    until: float
    """Monotonic seconds."""


@dataclass(slots=True)
class Relay:
    """`lease` is how long a handler may take before its row is handed out once more."""

    db: Database
    subscribers: Subscribers
    send: Send
    lease: timedelta = timedelta(seconds=20)
    batch: int = 100
    _open: dict[UUID, _HandedOut] = field(default_factory=dict)
    """Not known to be finished; forgotten when the lease ends, for then the row comes again."""

    async def step(self) -> int:
        """Leases and hands out a batch, closes what was finished; returns the batch's size."""
        count = await self.hand_out()
        await self.close_finished()
        return count

    async def hand_out(self) -> int:
        rows = await self._take()
        await self._send_missing(rows)
        return len(rows)

    async def _take(self) -> list[LeasedRow]:
        kinds = list(self.subscribers.inbox)
        async with self.db.platform() as tx:
            return await queries.lease_rows(tx, kinds, batch=self.batch, lease=self.lease)

    async def _send_missing(self, rows: Iterable[LeasedRow]) -> None:
        until = time.monotonic() + self.lease.total_seconds()
        for row in rows:
            self._open[row.id] = _HandedOut(row, until)
        repeated = [row.id for row in rows if row.attempt > 1]
        finished = await self._handled(repeated)
        for row in rows:
            for handler in self._missing(row, finished):
                try:
                    await self.send(row, handler)
                except Exception:
                    _log.warning("the queue is away; %s waits for its lease to end", row.id)
                    return

    async def close_finished(self) -> None:
        """Marks rows done whose handlers have all committed."""
        finished = await self._handled(list(self._open))
        rows = [handed_out.row for handed_out in self._open.values()]
        done = [row for row in rows if not self._missing(row, finished)]
        await self._finish(done)
        now = time.monotonic()
        closed = {row.id for row in done}
        self._open = {
            row_id: handed_out
            for row_id, handed_out in self._open.items()
            if row_id not in closed and handed_out.until > now
        }

    async def _finish(self, rows: list[LeasedRow]) -> None:
        if not rows:
            return
        async with self.db.platform() as tx:
            for table in ("outbox", "inbox"):
                ids = [row.id for row in rows if row.table == table]
                if ids:
                    await queries.finish(tx, table, ids)

    async def _handled(self, row_ids: list[UUID]) -> dict[UUID, set[str]]:
        if not row_ids:
            return {}
        async with self.db.platform() as tx:
            return await queries.handled(tx, row_ids)

    def _missing(self, row: LeasedRow, finished: dict[UUID, set[str]]) -> list[str]:
        wanted = self.subscribers.of(row.table, row.name)
        return [name for name in wanted if name not in finished.get(row.id, ())]

    async def run(
        self,
        stop: asyncio.Event,
        woken: asyncio.Event,
        *,
        poll_seconds: float,
        turned: Callable[[], None] = lambda: None,
    ) -> None:
        """Steps until `stop`; sleeps until `woken` or the next poll when nothing is due.

        `turned` is called after each step.
        """
        closed_at = 0.0
        while not stop.is_set():
            try:
                is_full = await self.hand_out() >= self.batch
                # Not after every batch: what is finished a moment later costs nobody anything.
                if time.monotonic() - closed_at >= _CLOSING_SECONDS:
                    closed_at = time.monotonic()
                    await self.close_finished()
            except Exception:
                _log.exception("a step failed; the next one tries again")
                is_full = False
            turned()
            if not is_full:
                await _sleep(woken, poll_seconds)


async def _sleep(woken: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        pass
    woken.clear()
