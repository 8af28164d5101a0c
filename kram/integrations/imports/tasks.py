"""The import's handler: batches, each committed with the progress it makes."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from kram.integrations.imports import csv_file, queries
from kram.integrations.imports.categories import CategoryPaths
from kram.integrations.imports.csv_file import Layout
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.events import ImportRequested
from kram.integrations.imports.models import ImportJob, ImportState
from kram.integrations.imports.rows import (
    Goods,
    RowFault,
    category_path,
    counted_stock,
    draft_of,
    fault_of,
    grouped,
)
from kram.integrations.imports.service import MOST_ERRORS_KEPT, get_import
from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.ids import new_id
from kram.kit.storage import Storage
from kram.shop.catalog.bulk import LARGEST_BATCH, upsert_products
from kram.shop.catalog.drafts import ProductDraft
from kram.shop.inventory.service import recount
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.registry import Registry

_KEPT = {"description": "description", "category": "category_id"}
"""Columns that a file may lack: what its products have there already stays."""

_TURN_SECONDS = 15
"""Then the import sends itself on, so that a long file never outlives its row's lease."""


@dataclass(frozen=True, slots=True)
class Importer:
    registry: Registry
    storage: Storage

    async def run(self, delivery: Delivery[ImportRequested]) -> None:
        job_id, after = delivery.message.job_id, delivery.message.after
        card = await self.registry.by_id(delivery.tenant.id)
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            job = await get_import(tx, job_id)
        if card is None or job.state in (ImportState.DONE, ImportState.FAILED):
            async with delivery.done():
                return
        with tempfile.TemporaryDirectory(prefix="kram-import-") as folder:
            path = Path(folder) / "goods.csv"
            await self._fetch(job.storage_key, path)
            try:
                layout = await asyncio.to_thread(csv_file.inspect, path, card.language)
            except FileRefused as refused:
                async with delivery.done() as tx:
                    await _fail(tx, job_id, refused)
                return
            turn = _Turn(delivery, path, layout, card.currency, max(after, job.done))
            await turn.take()

    async def _fetch(self, key: str, path: Path) -> None:
        stream = await self.storage.open(key)
        await asyncio.to_thread(_copy, stream, path)


class _Turn:
    """One stretch of work on one file, from row `after` on."""

    def __init__(
        self,
        delivery: Delivery[ImportRequested],
        path: Path,
        layout: Layout,
        currency: str,
        after: int,
    ) -> None:
        self._delivery = delivery
        self._job_id = delivery.message.job_id
        self._goods = iter(grouped(csv_file.rows(path, layout, after=after)))
        self._currency = currency
        self._after = after
        self._categories = CategoryPaths()
        kept = [field for column, field in _KEPT.items() if column not in layout.columns]
        self._keep = ("status", *kept)

    async def take(self) -> None:
        started = time.monotonic()
        while batch := await asyncio.to_thread(_next_batch, self._goods):
            async with self._delivery.db.tenant(self._delivery.tenant) as tx:
                await self._import(tx, batch)
            if time.monotonic() - started > _TURN_SECONDS:
                await self._go_on()
                return
        async with self._delivery.done() as tx:
            job = await get_import(tx, self._job_id)
            job.state, job.finished_at = ImportState.DONE, tx.now

    async def _go_on(self) -> None:
        async with self._delivery.done() as tx:
            tx.publish(ImportRequested(job_id=self._job_id, after=self._after))

    async def _import(self, tx: TenantTx, batch: list[Goods]) -> None:
        job = await tx.get(ImportJob, self._job_id, lock=True)
        rows = sum(len(goods.rows) for goods in batch)
        if job is None or job.done > self._after:
            # Another run of this row has done the batch; the next one may be new.
            self._after += rows
            return
        faults: list[RowFault] = []
        drafts = await self._drafts(tx, batch, faults)
        report = await upsert_products(tx, list(drafts.values()), keep=self._keep)
        goods_of = [batch[place] for place in drafts]
        faults += [
            fault_of(goods_of[refused.row], error)
            for refused in report.refused
            for error in refused.errors
        ]
        stock = _stock_of(batch, report.variants, faults)
        await recount(tx, stock, Actor(ActorKind.MERCHANT, job.actor_id, job.actor_name))
        await _keep(tx, job, faults)
        self._after += rows
        job.state, job.done = ImportState.RUNNING, self._after
        job.created += report.created
        job.updated += report.updated
        job.unchanged += report.unchanged
        job.failed += len({fault.row for fault in faults})

    async def _drafts(
        self, tx: TenantTx, batch: list[Goods], faults: list[RowFault]
    ) -> dict[int, ProductDraft]:
        """The readable ones by their place in the batch."""
        drafts: dict[int, ProductDraft] = {}
        for place, goods in enumerate(batch):
            category_id = await self._categories.find(tx, category_path(goods.rows[0]))
            draft = draft_of(goods, self._currency, category_id, faults)
            if draft is not None:
                drafts[place] = draft
        return drafts


def _stock_of(
    batch: list[Goods], variants: dict[str, UUID], faults: list[RowFault]
) -> dict[UUID, int]:
    """Counted units of the variants that came in."""
    return {
        variants[sku]: units
        for goods in batch
        for sku, units in counted_stock(goods, faults).items()
        if sku in variants
    }


def _copy(stream: BinaryIO, path: Path) -> None:
    with stream, path.open("wb") as file:
        shutil.copyfileobj(stream, file)


def _next_batch(goods: Iterator[Goods]) -> list[Goods]:
    return list(islice(goods, LARGEST_BATCH))


async def _keep(tx: TenantTx, job: ImportJob, faults: list[RowFault]) -> None:
    room = max(0, MOST_ERRORS_KEPT - job.failed)
    if faults[:room]:
        await queries.add_row_errors(
            tx,
            [
                {
                    "id": new_id(),
                    "job_id": job.id,
                    "row": fault.row,
                    "column": fault.column,
                    "message": fault.message,
                    "value": fault.value,
                }
                for fault in faults[:room]
            ],
        )


async def _fail(tx: TenantTx, job_id: UUID, refused: FileRefused) -> None:
    job = await get_import(tx, job_id)
    job.state, job.problem, job.finished_at = ImportState.FAILED, refused.detail, tx.now
