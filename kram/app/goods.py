"""Goods in and out by the command line, without a worker."""

import asyncio
import csv
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import UUID

from kram.app.process import Core, open_core
from kram.app.settings import Settings
from kram.app.shops import shop_at
from kram.integrations.imports import service
from kram.integrations.imports.batches import Batch, batches
from kram.integrations.imports.columns import COLUMNS, check_complete
from kram.integrations.imports.export import exported
from kram.integrations.imports.intake import fail, finish, kept_fields, take_in
from kram.integrations.imports.layout import Layout, inspect, rows
from kram.integrations.imports.models import ImportRowError
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.tenants.actor import Actor
from kram.tenants.models import Shop

_ACTOR = Actor.system("kram shop import")
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """Counts as the job has them; `faults` are those that are kept."""

    created: int
    updated: int
    unchanged: int
    failed: int
    faults: Sequence[ImportRowError]


async def import_file(
    settings: Settings, slug: str, path: Path, on_progress: OnProgress
) -> Imported:
    """Takes the file in by itself, batch by batch; the dashboard shows it like any other import.

    `on_progress` gets (rows done, all rows). Raises: ShopNotFound, FileRefused.
    """
    async with open_core(settings, pool_size=2) as core:
        shop = await shop_at(core, slug)
        layout = await asyncio.to_thread(inspect, path, shop.language)
        check_complete(layout.columns, layout.headings)
        job_id = new_id()
        async with core.db.tenant(shop.tenant) as tx:
            service.new_job(tx, job_id, "", path.name, layout, _ACTOR)
        try:
            await _take(core, shop, job_id, path, layout, on_progress)
        except BaseException:
            async with core.db.tenant(shop.tenant) as tx:
                await fail(tx, job_id, gettext_noop("Stopped before its end: send the file again"))
            raise
        return await _result(core, shop, job_id)


async def _take(
    core: Core, shop: Shop, job_id: UUID, path: Path, layout: Layout, on_progress: OnProgress
) -> None:
    keep = kept_fields(layout.columns)
    on_progress(0, layout.rows)
    with closing(batches(rows(path, layout.columns), shop.currency)) as left:
        batch: Batch | None
        while (batch := await asyncio.to_thread(next, left, None)) is not None:
            async with core.db.tenant(shop.tenant) as tx:
                job = await take_in(tx, job_id, batch, keep=keep, actor=_ACTOR)
            on_progress(job.done, job.total)
    async with core.db.tenant(shop.tenant) as tx:
        await finish(tx, job_id)


async def _result(core: Core, shop: Shop, job_id: UUID) -> Imported:
    async with core.db.tenant_read(shop.tenant) as tx:
        job = await service.get_import(tx, job_id)
        faults = await service.errors_of(tx, job_id)
    return Imported(job.created, job.updated, job.unchanged, job.failed, faults)


async def export_file(settings: Settings, slug: str, file: TextIO) -> int:
    """Writes a header and a row for every variant; returns how many. Raises: ShopNotFound."""
    async with open_core(settings, pool_size=2) as core:
        shop = await shop_at(core, slug)
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        count = 0
        async with core.db.tenant_read(shop.tenant) as tx:
            async for row in exported(tx):
                writer.writerow(row)
                count += 1
        return count
