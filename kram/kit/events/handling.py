"""How a handler finishes a row: its own transaction says so, together with its effect.

`done()` begins by inserting (row, handler) into `relay.handled`. A second run of the same handler
waits for the first one's commit at that insert and then stops: an effect happens once, whatever
is delivered twice.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.events.event import Event
from kram.kit.events.tables import HandledRow

M = TypeVar("M", covariant=True)
E = TypeVar("E", bound=Event)


_MARK = insert(HandledRow.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]


class AlreadyHandled(Exception):
    """Another run of this handler has committed; there is nothing left to do."""


class Hopeless(Exception):
    """Trying again cannot help: the row is set aside at once, for a person to look at."""


class InboxMessage(msgspec.Struct, frozen=True):
    """A message from outside, as it was received; `body` are the raw bytes."""

    kind: str
    source: str
    external_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery(Generic[M]):
    """One row handed to one handler. `attempt` counts from 1; `row_id` is stable on every one."""

    db: Database
    tenant: Tenant
    row_id: UUID
    handler: str
    attempt: int
    message: M

    @asynccontextmanager
    async def done(self) -> AsyncIterator[TenantTx]:
        """The transaction of the effect; its commit is also the handler's word that it finished.

        Raises AlreadyHandled when another run has committed before.
        """
        async with self.db.tenant(self.tenant) as tx:
            await mark_handled(tx, self.row_id, self.handler)
            yield tx


Handler = Callable[[Delivery[M]], Awaitable[None]]


async def mark_handled(tx: TenantTx, row_id: UUID, handler: str) -> None:
    """Raises AlreadyHandled; waits for a concurrent run of the same handler to end."""
    row = {"row_id": row_id, "handler": handler, "tenant_id": tx.tenant.id}
    result = await tx.execute(_MARK, row)
    if result.rowcount == 0:  # type: ignore[attr-defined]
        raise AlreadyHandled(f"{handler} has finished row {row_id}")


def in_tx(effect: Callable[[TenantTx, E], Awaitable[None]]) -> Handler[E]:
    """A handler whose whole effect is one transaction in the shop."""

    async def handle(delivery: Delivery[E]) -> None:
        async with delivery.done() as tx:
            await effect(tx, delivery.message)

    return handle


@dataclass(frozen=True, slots=True)
class Subscribers:
    """Who hears what, by name: `events` by an event's name, `inbox` by an inbox message's kind."""

    events: Mapping[str, Sequence[str]]
    inbox: Mapping[str, Sequence[str]]

    def of(self, table: str, name: str) -> Sequence[str]:
        return (self.events if table == "outbox" else self.inbox).get(name, ())
