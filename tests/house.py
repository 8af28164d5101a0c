"""A relay and a worker in one process: what is published is handled when a test says so."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Handler, Subscribers
from kram.kit.events.queries import LeasedRow
from kram.kit.events.relay import Relay
from kram.kit.events.runner import Runner


class House:
    """`asleep`: the queue takes messages and loses them; `sent` keeps what went through it."""

    def __init__(
        self,
        db: Database,
        tenants: Sequence[Tenant],
        handlers: Mapping[str, Handler[Any]],
        *,
        events: Mapping[str, Sequence[str]] | None = None,
        inbox: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.sent: list[tuple[LeasedRow, str]] = []
        self.asleep = False
        self.runner = Runner(db, handlers, self._find)
        self.relay = Relay(
            db, Subscribers(events or {}, inbox or {}), self._send, lease=timedelta(minutes=1)
        )
        self._tenants = {tenant.id: tenant for tenant in tenants}

    async def _find(self, tenant_id: UUID) -> Tenant | None:
        return self._tenants.get(tenant_id)  # type: ignore[call-overload,no-any-return]

    async def _send(self, row: LeasedRow, name: str) -> None:
        self.sent.append((row, name))
        if not self.asleep:
            await self.runner.run(row, name)

    async def settle(self) -> None:
        """Steps until nothing is due any more."""
        while await self.relay.step():
            pass


async def make_due(owner: asyncpg.Connection) -> None:
    """Every timer and lease ends now."""
    for table in ("outbox", "inbox"):
        await owner.execute(
            f"UPDATE relay.{table} SET next_at = now() WHERE done_at IS NULL AND dead_at IS NULL"
        )


async def empty(owner: asyncpg.Connection) -> None:
    """No row of another test is on its way."""
    await owner.execute("TRUNCATE relay.outbox, relay.handled, relay.inbox")
