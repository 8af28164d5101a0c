"""Opens transactions. The only place of the code base that commits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from kram.kit.clock import utc_now
from kram.kit.db.engine import SCOPE_OPTION, create_scoped_engine
from kram.kit.db.scope import Scope, Tenant
from kram.kit.db.tx import PlatformTx, TenantRead, TenantTx
from kram.kit.events.outbox import INSERT_EVENTS, event_rows

_PROBE = text("SELECT 1")

Wake = Callable[[], Awaitable[None]]


async def _nobody_to_wake() -> None:
    return None


class Database:
    """One cell's database.

    `wake` is called after a commit that published something; it must neither raise nor last: the
    relay polls anyway, waking only makes it sooner.
    """

    def __init__(self, url: str, *, pool_size: int = 10, wake: Wake = _nobody_to_wake) -> None:
        self._engine = create_scoped_engine(url, pool_size=pool_size)
        self._wake = wake
        self._platform = _scoped(self._engine, Scope.platform())
        self._tenant = lru_cache(maxsize=4096)(
            lambda tenant: _scoped(self._engine, Scope.tenant(tenant))
        )
        self._tenant_read = lru_cache(maxsize=4096)(
            lambda tenant: _scoped(self._engine, Scope.tenant(tenant, read_only=True))
        )

    @property
    def engine(self) -> AsyncEngine:
        """For tests that count statements; using it without a scope raises `ScopeMissing`."""
        return self._engine

    @asynccontextmanager
    async def tenant(self, tenant: Tenant) -> AsyncIterator[TenantTx]:
        """A unit of work in one shop: commits when the block ends, rolls back when it raises."""
        async with _session(self._tenant(tenant)) as session:
            tx = TenantTx(session, utc_now(), tenant)
            yield tx
            if tx.pending_events:
                await tx.rows(INSERT_EVENTS, event_rows(tenant.id, tx.pending_events))
            await session.commit()
        if tx.pending_events:
            await self._wake()

    @asynccontextmanager
    async def tenant_read(self, tenant: Tenant) -> AsyncIterator[TenantRead]:
        async with _session(self._tenant_read(tenant)) as session:
            yield TenantRead(session, utc_now(), tenant)

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[PlatformTx]:
        """A unit of work in the control plane: commits when the block ends."""
        async with _session(self._platform) as session:
            yield PlatformTx(session, utc_now())
            await session.commit()

    async def probe(self) -> None:
        """Raises when no connection is to be had, or the platform cannot be entered with it."""
        async with self.platform() as tx:
            await tx.execute(_PROBE)

    async def close(self) -> None:
        await self._engine.dispose()


def _scoped(engine: AsyncEngine, scope: Scope) -> AsyncEngine:
    return engine.execution_options(**{SCOPE_OPTION: scope})


def _session(engine: AsyncEngine) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=False)
