"""Many shops reach the newest revision, whatever interrupts the run."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.tenants.schema.migrate import lagging_schemas, migrate_tenants
from kram.tenants.schema.provision import drop_schema, make_schema
from kram.tenants.schema.tree import Step, Tree, load_tree

pytestmark = pytest.mark.anyio

HEAD = load_tree("tenant").head
SHOPS = 12
GIFTS = Step(
    HEAD, "9001", "ALTER TABLE orders ADD COLUMN gift text; CREATE INDEX ON orders (gift);"
)
NEXT = Tree((*load_tree("tenant").steps, GIFTS))


class Killed(Exception):
    """Ends a run between two shops."""


@pytest.fixture
async def schemas(owner: asyncpg.Connection) -> AsyncIterator[list[str]]:
    """Shops of this test alone; the rest of the worker's database stays as it is."""
    hidden = await owner.fetch("SELECT name FROM platform.tenant_schema")
    await owner.execute("UPDATE platform.tenant_schema SET revision = '9001'")
    names = [await make_schema(owner) for _ in range(SHOPS)]
    yield sorted(names)
    for name in names:
        await drop_schema(owner, name)
    await owner.execute(
        "UPDATE platform.tenant_schema SET revision = $1 WHERE name = ANY($2)",
        HEAD,
        [row["name"] for row in hidden],
    )


async def with_gift(owner: asyncpg.Connection, schemas: list[str]) -> list[str]:
    rows = await owner.fetch(
        "SELECT table_schema FROM information_schema.columns"
        " WHERE column_name = 'gift' AND table_schema = ANY($1) ORDER BY 1",
        schemas,
    )
    return [row["table_schema"] for row in rows]


async def test_every_shop_reaches_the_newest_revision(
    owner: asyncpg.Connection, schemas: list[str], database_url: str
) -> None:
    seen: list[tuple[int, int]] = []
    report = await migrate_tenants(
        database_url, tree=NEXT, on_progress=lambda done, total: seen.append((done, total))
    )
    assert (report.migrated, report.failed) == (SHOPS, {})
    assert seen[-1] == (SHOPS, SHOPS)
    assert await with_gift(owner, schemas) == schemas
    again = await migrate_tenants(database_url, tree=NEXT)
    assert (again.migrated, again.failed) == (0, {})


async def test_shop_that_fails_stays_whole_and_the_others_go_on(
    owner: asyncpg.Connection, schemas: list[str], database_url: str
) -> None:
    await owner.execute(f"ALTER TABLE {schemas[3]}.orders ADD COLUMN gift text")
    report = await migrate_tenants(database_url, tree=NEXT)
    assert (report.migrated, list(report.failed)) == (SHOPS - 1, [schemas[3]])
    indexed = await owner.fetchval(
        "SELECT count(*) FROM pg_indexes WHERE schemaname = $1 AND indexdef LIKE '%(gift)%'",
        schemas[3],
    )
    assert indexed == 0
    assert await lagging_schemas(owner, NEXT) == [schemas[3]]
    await owner.execute(f"ALTER TABLE {schemas[3]}.orders DROP COLUMN gift")
    resumed = await migrate_tenants(database_url, tree=NEXT)
    assert (resumed.migrated, resumed.failed) == (1, {})


async def test_killed_run_is_taken_up_where_it_stopped(
    owner: asyncpg.Connection, schemas: list[str], database_url: str
) -> None:
    """The step cannot run twice: adding the column a second time would fail."""

    def die(done: int, total: int) -> None:
        if done == SHOPS // 2:
            raise Killed

    with pytest.raises(BaseException):  # noqa: B017 (a kill, however it is wrapped)
        await migrate_tenants(database_url, tree=NEXT, connections=1, on_progress=die)
    done = await with_gift(owner, schemas)
    assert 0 < len(done) < SHOPS
    assert len(await lagging_schemas(owner, NEXT)) == SHOPS - len(done)
    report = await migrate_tenants(database_url, tree=NEXT)
    assert (report.migrated, report.failed) == (SHOPS - len(done), {})
    assert await with_gift(owner, schemas) == schemas


async def test_two_runs_at_once_take_each_step_once(
    owner: asyncpg.Connection, schemas: list[str], database_url: str
) -> None:
    reports = await asyncio.gather(*(migrate_tenants(database_url, tree=NEXT) for _ in range(3)))
    assert [report.failed for report in reports] == [{}, {}, {}]
    assert await with_gift(owner, schemas) == schemas


async def test_long_reader_is_not_blocked_behind_a_migration(
    db: Database, owner: asyncpg.Connection, schemas: list[str], database_url: str
) -> None:
    """ALTER waits for the reader with a time limit; meanwhile others still read the table."""
    busy = Tenant(TenantId(new_id()), schemas[0], "busy")
    async with db.tenant(busy) as reading:
        await reading.execute(text("SELECT count(*) FROM orders"))
        run = asyncio.ensure_future(migrate_tenants(database_url, tree=NEXT, lock_timeout_ms=100))
        await asyncio.sleep(0.5)
        async with asyncio.timeout(2):
            async with db.tenant_read(busy) as other:
                await other.execute(text("SELECT count(*) FROM orders"))
    report = await run
    assert (report.migrated, report.failed) == (SHOPS, {})


async def test_old_and_new_code_both_serve_during_the_run(
    db: Database, owner: asyncpg.Connection, schemas: list[str], database_url: str
) -> None:
    """Property 24 at the suite's size: named columns and add-only steps, no error."""
    tenants = [Tenant(TenantId(new_id()), schema, schema) for schema in schemas]
    finished = asyncio.Event()
    served = 0

    async def shop_traffic(tenant: Tenant) -> None:
        nonlocal served
        while not finished.is_set():
            async with db.tenant(tenant) as tx:
                await tx.execute(text("UPDATE catalog_version SET version = version + 1"))
                await tx.execute(text("SELECT id, code, status FROM orders LIMIT 1"))
            served += 1

    async with asyncio.TaskGroup() as group:
        for tenant in tenants:
            group.create_task(shop_traffic(tenant))
        await asyncio.sleep(0.3)
        report = await migrate_tenants(database_url, tree=NEXT)
        await asyncio.sleep(0.3)
        finished.set()
    assert (report.migrated, report.failed) == (SHOPS, {})
    assert served > SHOPS
