"""Jobs by the clock. Each may run twice or late without harm."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from taskiq import AsyncBroker

from kram.app.process import Core
from kram.billing.checkout.idempotency import KEPT_FOR as KEYS_KEPT_FOR
from kram.billing.checkout.queries import forget_old
from kram.integrations.imports.tasks import delete_old_files
from kram.kit.clock import utc_now
from kram.kit.db.scope import Tenant
from kram.kit.events import queries
from kram.kit.storage.addresses import storage_from_url
from kram.shop.bulk.queries import forget_reverses
from kram.shop.bulk.service import UNDO_WITHIN
from kram.shop.loyalty.service import expire as expire_points
from kram.shop.orders.tasks import renew_lost_timers
from kram.tenants.queries import all_shops
from kram.tenants.schema.provision import refill_spares

Job = Callable[[Core], Awaitable[None]]

_KEEP_DONE_ROWS = timedelta(days=7)
_BATCH = 5000

_log = structlog.get_logger(__name__)


async def keep_spare_schemas(core: Core) -> None:
    await refill_spares(core.settings.database_url)


async def forget_done_rows(core: Core) -> None:
    before = utc_now() - _KEEP_DONE_ROWS
    for table in ("outbox", "inbox"):
        async with core.db.platform() as tx:
            await queries.forget_done(tx, table, before, batch=_BATCH)


async def tidy_shops(core: Core) -> None:
    """Sets timers anew that are missing, takes points whose time is over, and forgets requests that
    nobody repeats any more."""

    async def tidy(tenant: Tenant) -> None:
        async with core.db.tenant(tenant) as tx:
            await renew_lost_timers(tx)
            await expire_points(tx)
            await forget_old(tx, KEYS_KEPT_FOR)
            await forget_reverses(tx, tx.now - UNDO_WITHIN)

    await _in_every_shop(core, tidy)


async def delete_import_files(core: Core) -> None:
    storage = storage_from_url(core.settings.storage_url)

    async def delete(tenant: Tenant) -> None:
        await delete_old_files(core.db, storage, tenant)

    await _in_every_shop(core, delete)


async def _in_every_shop(core: Core, work: Callable[[Tenant], Awaitable[None]]) -> None:
    async with core.db.platform() as tx:
        shops = await all_shops(tx)
    for shop in shops:
        try:
            await work(shop.tenant)
        except Exception:
            _log.exception("a shop could not be tidied", shop=shop.slug)


JOBS: dict[str, tuple[Job, str]] = {
    "tenants.keep_spare_schemas": (keep_spare_schemas, "* * * * *"),
    "relay.forget_done_rows": (forget_done_rows, "*/10 * * * *"),
    "shops.tidy": (tidy_shops, "17 * * * *"),
    "imports.delete_files": (delete_import_files, "41 * * * *"),
}
"""Name → (job, cron in UTC)."""


def register_jobs(broker: AsyncBroker, core: Core | None) -> None:
    """Without `core` (in the scheduler) the jobs have their names and times only."""
    for name, (job, cron) in JOBS.items():
        broker.register_task(_bound(job, core), task_name=name, schedule=[{"cron": cron}])


def _bound(job: Job, core: Core | None) -> Callable[[], Awaitable[None]]:
    async def run_job() -> None:
        assert core is not None, "jobs run in workers"
        await job(core)

    return run_job
