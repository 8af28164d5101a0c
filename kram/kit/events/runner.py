"""Runs one handler for one row inside a worker, and records how that went."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events import event, queries
from kram.kit.events.handling import (
    AlreadyHandled,
    Delivery,
    Handler,
    Hopeless,
    InboxMessage,
)
from kram.kit.events.queries import LeasedRow

_log = logging.getLogger(__name__)
MAX_ATTEMPTS = 12
HANDLER_TIMEOUT_SECONDS = 45
_RETRY_SECONDS = (1, 3, 10, 30, 120, 600)

FindTenant = Callable[[UUID], Awaitable[Tenant | None]]


@dataclass(frozen=True, slots=True)
class Runner:
    db: Database
    handlers: Mapping[str, Handler[Any]]
    find_tenant: FindTenant

    async def run(self, row: LeasedRow, name: str) -> None:
        """Never raises: a failure is written on the row, which decides when it comes again."""
        try:
            async with asyncio.timeout(HANDLER_TIMEOUT_SECONDS):
                await self._handle(row, name)
        except AlreadyHandled:
            _log.info("%s had finished %s before", name, row.id)
        except Hopeless as reason:
            await self._give_up(row, name, str(reason))
        except Exception as error:
            _log.exception("%s failed on %s, attempt %d", name, row.id, row.attempt)
            await self._record(row, name, error)

    async def _handle(self, row: LeasedRow, name: str) -> None:
        handler = self.handlers.get(name)
        tenant = await self.find_tenant(row.tenant_id)
        if handler is None or tenant is None:
            raise Hopeless("no such handler" if handler is None else "the shop is gone")
        delivery = Delivery(self.db, tenant, row.id, name, row.attempt, _message(row))
        await handler(delivery)

    async def _record(self, row: LeasedRow, name: str, error: Exception) -> None:
        if row.attempt >= MAX_ATTEMPTS:
            await self._give_up(row, name, repr(error))
            return
        pause = _RETRY_SECONDS[min(row.attempt, len(_RETRY_SECONDS)) - 1]
        next_at = utc_now() + timedelta(seconds=pause)
        async with self.db.platform() as tx:
            text = f"{name}: {error!r}"[:1000]
            await queries.record_failure(tx, row.table, row.id, text, next_at)

    async def _give_up(self, row: LeasedRow, name: str, reason: str) -> None:
        _log.error("%s gives up on %s: %s", name, row.id, reason)
        async with self.db.platform() as tx:
            await queries.record_death(tx, row.table, row.id, f"{name}: {reason}"[:1000])


def _message(row: LeasedRow) -> object:
    if row.table == "inbox":
        return msgspec.convert({"kind": row.name, **row.content}, InboxMessage)
    try:
        return event.decode(row.name, row.content)
    except (KeyError, msgspec.ValidationError) as error:
        raise Hopeless(f"{row.name} cannot be read: {error}") from error
