"""Brings many shops to the newest revision: one transaction each, in parallel, resumable.

The revision row changes in the transaction of the step, so a kill leaves every shop whole at some
revision and the next run takes up exactly what is missing. A shop whose table is busy is passed
over after `lock_timeout` and tried again, rather than made to wait behind a long reader.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg

from kram.kit.db.scope import EXTENSIONS_SCHEMA, PLATFORM_SCHEMA, Tenant
from kram.tenants.schema.tree import Step, Tree, load_tree

_REGISTRY = f"{PLATFORM_SCHEMA}.tenant_schema"
_ATTEMPTS = 5
_PAUSE_SECONDS = 0.5


@dataclass(slots=True)
class Report:
    """What a run did; `failed` maps a schema to its last error."""

    migrated: int = 0
    failed: dict[str, str] = field(default_factory=dict)


async def lagging_schemas(connection: asyncpg.Connection, tree: Tree) -> list[str]:
    rows = await connection.fetch(
        f"SELECT name FROM {_REGISTRY} WHERE revision <> $1 ORDER BY name", tree.head
    )
    return [row["name"] for row in rows]


async def migrate_tenants(
    owner_url: str,
    *,
    tree: Tree | None = None,
    connections: int = 4,
    lock_timeout_ms: int = 2000,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Applies the missing steps to every lagging schema; `on_progress` gets (done, all)."""
    tree = tree or load_tree("tenant")
    async with asyncpg.create_pool(
        owner_url, min_size=1, max_size=connections, statement_cache_size=0, timeout=10
    ) as pool:
        async with pool.acquire() as connection:
            waiting = await lagging_schemas(connection, tree)
        return await _Run(pool, tree, waiting, lock_timeout_ms, on_progress).all(connections)


class _Run:
    def __init__(
        self,
        pool: asyncpg.Pool,
        tree: Tree,
        waiting: list[str],
        lock_timeout_ms: int,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._pool = pool
        self._tree = tree
        self._waiting = waiting
        self._total = len(waiting)
        self._lock_timeout_ms = lock_timeout_ms
        self._on_progress = on_progress
        self._report = Report()

    async def all(self, connections: int) -> Report:
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(self._take_turns())
        return self._report

    async def _take_turns(self) -> None:
        while self._waiting:
            await self._one(self._waiting.pop())
            done = self._report.migrated + len(self._report.failed)
            self._on_progress(done, self._total)

    async def _one(self, schema: str) -> None:
        try:
            async with self._pool.acquire() as connection:
                await self._with_patience(connection, schema)
            self._report.migrated += 1
        except (asyncpg.PostgresError, KeyError) as error:
            self._report.failed[schema] = str(error)

    async def _with_patience(self, connection: asyncpg.Connection, schema: str) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await _apply(connection, schema, self._tree, self._lock_timeout_ms)
                return
            except asyncpg.LockNotAvailableError:
                if attempt == _ATTEMPTS:
                    raise
                await asyncio.sleep(_PAUSE_SECONDS * attempt)


async def _apply(
    connection: asyncpg.Connection, schema: str, tree: Tree, lock_timeout_ms: int
) -> None:
    async with connection.transaction():
        # The row's lock keeps a second runner from taking the same step.
        current = await connection.fetchval(
            f"SELECT revision FROM {_REGISTRY} WHERE name = $1 FOR UPDATE", schema
        )
        steps = tree.after(current)
        if steps:
            await connection.execute(_script(schema, steps, lock_timeout_ms))


def _script(schema: str, steps: tuple[Step, ...], lock_timeout_ms: int) -> str:
    Tenant.check_schema(schema)
    body = "\n".join(step.sql for step in steps)
    return f"""
        SET LOCAL lock_timeout = {lock_timeout_ms};
        SET LOCAL search_path TO {schema}, {EXTENSIONS_SCHEMA};
        SET LOCAL ROLE {schema};
        {body}
        RESET ROLE;
        UPDATE {_REGISTRY} SET revision = '{steps[-1].revision}' WHERE name = '{schema}';
    """
