"""Jobs by the clock: each does its work, twice does no harm, and one shop cannot stop the rest."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text

from kram.app.jobs import (
    JOBS,
    delete_import_files,
    forget_done_rows,
    keep_spare_schemas,
    register_jobs,
    tidy_shops,
)
from kram.app.process import Core, open_core
from kram.app.settings import Settings
from kram.integrations.imports.layout import Layout
from kram.integrations.imports.models import ImportState
from kram.integrations.imports.service import new_job, storage_key
from kram.integrations.imports.sources import Format
from kram.integrations.imports.tasks import KEEP_FILES
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.kit.queue import make_broker
from kram.kit.storage.addresses import storage_from_url
from kram.shop.catalog.changes import mark_changed
from kram.tenants.schema.provision import SPARES_WANTED
from tests.factories.inventory import STAFF
from tests.house import empty

pytestmark = pytest.mark.anyio


@pytest.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with open_core(settings) as core:
        yield core


async def spares(owner: asyncpg.Connection) -> int:
    count: int = await owner.fetchval(
        "SELECT count(*) FROM platform.tenant_schema WHERE shop_id IS NULL"
    )
    return count


async def test_spare_schemas_are_kept_ready(core: Core, owner: asyncpg.Connection) -> None:
    await owner.execute(
        "UPDATE platform.tenant_schema SET shop_id = gen_random_uuid() WHERE shop_id IS NULL"
    )
    await keep_spare_schemas(core)
    assert await spares(owner) == SPARES_WANTED
    await keep_spare_schemas(core)
    assert await spares(owner) == SPARES_WANTED


async def test_rows_done_long_ago_are_forgotten_and_no_others(
    core: Core, db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    await empty(owner)
    for _ in range(3):
        async with db.tenant(tenant) as tx:
            await mark_changed(tx)
    rows = await owner.fetch("SELECT id FROM relay.outbox ORDER BY id")
    await owner.execute(
        "UPDATE relay.outbox SET done_at = now() - interval '8 days' WHERE id = $1", rows[0]["id"]
    )
    await owner.execute("UPDATE relay.outbox SET done_at = now() WHERE id = $1", rows[1]["id"])
    await forget_done_rows(core)
    left = await owner.fetch("SELECT id FROM relay.outbox ORDER BY id")
    assert [row["id"] for row in left] == [row["id"] for row in rows[1:]]


async def test_shops_are_tidied_though_one_of_them_is_broken(
    core: Core, db: Database, tenant: Tenant, other_tenant: Tenant, owner: asyncpg.Connection
) -> None:
    async with db.tenant(other_tenant) as tx:
        await tx.execute(
            text(
                "INSERT INTO idempotency_key"
                " (actor, operation, key, fingerprint, lease_until, created_at)"
                " VALUES ('a', 'o', 'k', '', :old, :old)"
            ),
            {"old": tx.now - timedelta(days=9)},
        )
    await owner.execute(f"ALTER TABLE {tenant.schema}.reservation RENAME TO gone")
    try:
        await tidy_shops(core)
    finally:
        await owner.execute(f"ALTER TABLE {tenant.schema}.gone RENAME TO reservation")
    async with db.tenant_read(other_tenant) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM idempotency_key")) == 0


async def test_old_files_of_imports_are_deleted_though_one_shop_is_broken(
    core: Core, db: Database, tenant: Tenant, other_tenant: Tenant, owner: asyncpg.Connection
) -> None:
    storage = storage_from_url(core.settings.storage_url)
    job_id = new_id()
    key = storage_key(other_tenant.id, job_id)
    await storage.put(key, b"sku,title,price\n", "text/csv")
    async with db.tenant(other_tenant) as tx:
        job = new_job(tx, job_id, key, "goods.csv", Layout(Format.CSV, (), {}, 0), STAFF)
        job.state = ImportState.DONE
        job.finished_at = tx.now - KEEP_FILES - timedelta(minutes=1)
    await owner.execute(f"ALTER TABLE {tenant.schema}.import_job RENAME TO gone")
    try:
        await delete_import_files(core)
    finally:
        await owner.execute(f"ALTER TABLE {tenant.schema}.gone RENAME TO import_job")
    assert not await storage.exists(key)


def test_scheduler_knows_the_jobs_by_name_and_time(redis_url: str) -> None:
    broker = make_broker(redis_url)
    register_jobs(broker, None)
    known = {
        name: task.labels["schedule"][0]["cron"] for name, task in broker.get_all_tasks().items()
    }
    assert {name: cron for name, (_, cron) in JOBS.items()}.items() <= known.items()
