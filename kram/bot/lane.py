"""Works off stored updates: many chats at once, each chat one after the other.

Two lanes share the inbox. Messages go through the general one; taps on buttons and checkout
questions, at which a person is waiting with an open mouth, have the fast one to themselves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from kram.bot.envelope import CALLBACK_MARK, CHECKOUT_MARK
from kram.bot.queries import LeasedUpdate, lease_updates, release
from kram.kit.db.database import Database

Handle = Callable[[LeasedUpdate], Awaitable[None]]

_log = logging.getLogger(__name__)
_FAST_MARKS = (CALLBACK_MARK, CHECKOUT_MARK)

LEASE = timedelta(seconds=30)
"""Longer than the longest handling: a row that comes again while it is still being handled would
break its chat's order."""


@dataclass(slots=True)
class Lane:
    """`capacity` updates at once."""

    db: Database
    handle: Handle
    fast: bool
    capacity: int
    lease: timedelta = LEASE
    poll_seconds: float = 1.0
    turned: Callable[[], None] = lambda: None
    """Called whenever there is room for an update: not while every one that is handled is stuck."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[UUID] = field(default_factory=set)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then finishes what it has begun."""
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                await self._step(group, stop)

    async def _step(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        free = self.capacity - len(self._running)
        # Cleared before looking: what arrives while we look wakes us again.
        self.woken.clear()
        rows = await self._take(free) if free else []
        if free:
            self.turned()
        if stop.is_set():
            await self._give_back(rows)
            return
        for row in rows:
            self._running.add(row.id)
            group.create_task(self._work(row))
        if not rows or len(rows) < free:
            await self._sleep()

    async def _work(self, row: LeasedUpdate) -> None:
        try:
            await self.handle(row)
        except Exception:
            _log.exception("update %s waits for its lease to end", row.id)
        finally:
            self._running.discard(row.id)
            self.woken.set()  # the next one of its chat may be handled now

    async def _take(self, free: int) -> list[LeasedUpdate]:
        try:
            async with self.db.platform() as tx:
                return await lease_updates(
                    tx, fast=self.fast, fast_marks=_FAST_MARKS, batch=free, lease=self.lease
                )
        except Exception:
            _log.exception("the inbox cannot be read; trying again")
            return []

    async def _give_back(self, rows: list[LeasedUpdate]) -> None:
        if rows:
            async with self.db.platform() as tx:
                await release(tx, [row.id for row in rows])

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self.poll_seconds):
                await self.woken.wait()
        except TimeoutError:
            pass
