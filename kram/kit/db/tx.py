"""What a use case receives: one transaction, already inside its scope.

A use case reads and writes through it and publishes events; only the edge that opened it commits
(by leaving the `async with` block).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar, TypeVarTuple, overload
from uuid import UUID

from sqlalchemy import Connection, Executable, Result, ScalarResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.selectable import TypedReturnsRows

from kram.kit.db.hot import HotStatement
from kram.kit.db.scope import Tenant
from kram.kit.db.written import as_loaded
from kram.kit.events.event import Event
from kram.kit.events.outbox import PendingEvent

E = TypeVar("E")
T = TypeVar("T")
Columns = TypeVarTuple("Columns")


class Tx:
    """One transaction. `now` is one aware UTC instant for all that happens in it."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self.session = session
        self.now = now
        self._known: tuple[object, Connection] | None = None

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*Columns], parameters: Any = None
    ) -> Result[*Columns]: ...
    @overload
    async def execute(
        self, statement: Executable, parameters: Any = None
    ) -> Result[*tuple[Any, ...]]: ...
    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        return await self.session.execute(statement, parameters)

    async def rows(
        self, statement: HotStatement, values: dict[str, Any] | None = None
    ) -> Sequence[Any]:
        """As `execute`, for a statement that is asked all the time."""
        if not self.session.sync_session._is_clean():  # what an autoflush asks
            await self.session.flush()
        return await statement.fetch(await self._connection(), values or {})

    async def _connection(self) -> Connection:
        """Asked for anew in each `attempt`: that is what sends its SAVEPOINT."""
        attempt = self.session.sync_session.get_nested_transaction()
        if self._known is None or self._known[0] is not attempt:
            connection = (await self.session.connection()).sync_connection
            assert connection is not None
            self._known = (attempt, connection)
        return self._known[1]

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return await self.session.scalar(statement, parameters)

    async def scalars(self, statement: Any, parameters: Any = None) -> ScalarResult[Any]:
        return await self.session.scalars(statement, parameters)

    async def get(self, entity: type[E], key: UUID, *, lock: bool = False) -> E | None:
        """The row of that key; with `lock` it stays ours until the commit (FOR UPDATE)."""
        if lock:
            return await self.session.get(entity, key, with_for_update=True, populate_existing=True)
        return await self.session.get(entity, key)

    def add(self, entity: object) -> None:
        self.session.add(entity)

    def add_all(self, entities: Sequence[object]) -> None:
        self.session.add_all(entities)

    def adopt(self, *entities: DeclarativeBase) -> None:
        """What a hot statement inserted (`written.py`) is known to the session as if loaded."""
        for entity in entities:
            as_loaded(entity)
        self.session.add_all(entities)

    async def delete(self, entity: object) -> None:
        await self.session.delete(entity)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Undoes what was written inside when it raises; the transaction may go on (SAVEPOINT).

        What was published inside stays published: publish after it.
        """
        async with self.session.begin_nested():
            yield

    async def flush(self) -> None:
        """Sends what was added; constraint violations surface here rather than at the commit."""
        await self.session.flush()


class PlatformTx(Tx):
    """A transaction of the control plane: merchants, shops, the relay's rows; no shop's tables."""


class TenantRead(Tx):
    """A READ ONLY transaction in one shop: writing raises SQLSTATE 25006."""

    def __init__(self, session: AsyncSession, now: datetime, tenant: Tenant) -> None:
        super().__init__(session, now)
        self.tenant = tenant


class TenantTx(TenantRead):
    """A transaction in one shop; what is published commits together with what is written."""

    def __init__(self, session: AsyncSession, now: datetime, tenant: Tenant) -> None:
        super().__init__(session, now, tenant)
        self.pending_events: list[PendingEvent] = []

    def publish(self, event: Event, *, due_at: datetime | None = None) -> UUID:
        """Queues the event for its subscribers; returns its id, which is stable on every retry.

        `due_at` in the future makes it a timer: it is handed out no earlier than then.
        """
        pending = PendingEvent.of(event, due_at or self.now)
        self.pending_events.append(pending)
        return pending.id
