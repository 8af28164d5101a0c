"""A shop's schema: claimed, made, and migrated by the thousand."""

import time
from statistics import median

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.figures import Figure
from bench.ground import Ground
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.tenants import queries
from kram.tenants.schema.migrate import migrate_tenants
from kram.tenants.schema.provision import make_schema
from kram.tenants.schema.tree import MIGRATIONS, Step, Tree, load_tree

SHOPS = 1000
_COLUMN_AND_INDEX = "ALTER TABLE orders ADD COLUMN gift text; CREATE INDEX ON orders (gift);"


async def run(ground: Ground) -> list[Figure]:
    owner = await ground.owner()
    made = await _timed(20, lambda: make_schema(owner))
    alembic = await _alembic(ground, 5)
    claimed = await _claim(ground, 20)
    migrated = await _migrate(ground, owner)
    await owner.close()
    return [
        Figure("a spare schema claimed", claimed, None, "ms", "≤ 2 ms"),
        Figure("a schema made, against alembic upgrade", made, alembic, "ms", "≥ 2 ×"),
        Figure(
            f"{SHOPS} shops migrated (column and index)",
            migrated,
            None,
            "s",
            "≤ 5 s",
            f"{migrated / SHOPS * 1000:.2f} ms a shop",
        ),
    ]


async def _timed(count: int, operation) -> float:  # type: ignore[no-untyped-def]
    times = []
    for _ in range(count):
        started = time.perf_counter()
        await operation()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


async def _claim(ground: Ground, count: int) -> float:
    db = Database(ground.settings.app_database_url, pool_size=2)

    async def claim() -> None:
        async with db.platform() as tx:
            assert await queries.claim_schema(tx, new_id()) is not None

    await claim()
    try:
        return await _timed(count - 1, claim)
    finally:
        await db.close()


async def _alembic(ground: Ground, count: int) -> float:
    """What one runs without a renderer of one's own: every revision executed in process."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        connect_args={"dsn": ground.settings.database_url},
    )

    def upgrade(connection: Connection, schema: str) -> None:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        connection.execute(text(f"SET LOCAL search_path TO {schema}"))
        scripts = list(ScriptDirectory(str(MIGRATIONS / "tenant")).walk_revisions())
        with Operations.context(MigrationContext.configure(connection)):
            for script in reversed(scripts):
                script.module.upgrade()

    async def once() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade, f"alembic_{new_id().hex}")

    try:
        return await _timed(count, once)
    finally:
        await engine.dispose()


async def _migrate(ground: Ground, owner: asyncpg.Connection) -> float:
    have: int = await owner.fetchval("SELECT count(*) FROM platform.tenant_schema")
    for _ in range(SHOPS - have):
        await make_schema(owner)
    head = load_tree("tenant").head
    tree = Tree((*load_tree("tenant").steps, Step(head, "bench", _COLUMN_AND_INDEX)))
    await owner.execute("CHECKPOINT")
    started = time.perf_counter()
    report = await migrate_tenants(ground.settings.database_url, tree=tree)
    seconds = time.perf_counter() - started
    assert report.migrated == SHOPS, report
    return seconds
