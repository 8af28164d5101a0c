"""The import's handler: batches, each committed with the progress it makes; its file's end."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kram.integrations.imports import batch_queries, queries
from kram.integrations.imports.batches import Batch, batches
from kram.integrations.imports.columns import check_complete
from kram.integrations.imports.errors import FileRefused
from kram.integrations.imports.events import ImportRequested, ImportUndoRequested
from kram.integrations.imports.intake import (
    Overtaken,
    fail,
    finish,
    finish_check,
    kept_fields,
    note,
    take_in,
)
from kram.integrations.imports.judge import judge
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.models import ImportJob, ImportState
from kram.integrations.imports.service import get_import
from kram.integrations.imports.storing import copy
from kram.integrations.imports.undo import UNDO_WITHIN, take_back
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Delivery
from kram.kit.storage import FileMissing, Storage
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.registry import Registry

TURN_SECONDS = 12.0
"""Then the import sends itself on, so that a long file never outlives its row's lease."""
KEEP_FILES = timedelta(days=14)
"""After the import's end, to look at what came; its rows with errors are the shop's and stay."""
_FILES_AT_ONCE = 500
_AT_WORK = (ImportState.CHECKING, ImportState.WAITING, ImportState.RUNNING)


@dataclass(frozen=True, slots=True)
class Importer:
    registry: Registry
    storage: Storage

    async def run(self, delivery: Delivery[ImportRequested]) -> None:
        """One turn; killed at any point, the next one goes on behind the last batch."""
        until = time.monotonic() + TURN_SECONDS
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            job = await get_import(tx, delivery.message.job_id)
        if job.state not in _AT_WORK:
            async with delivery.done():
                return
        try:
            await self._turn(delivery, job, until)
        except Overtaken:
            # The row is not done: should that other run die, its lease's end brings it back.
            return
        except (FileRefused, FileMissing) as refused:
            async with delivery.done() as tx:
                await fail(tx, job.id, refused.detail)

    async def undo(self, delivery: Delivery[ImportUndoRequested]) -> None:
        """One turn of taking it back, batch by batch; killed, the next one goes on behind them."""
        until, asked = time.monotonic() + TURN_SECONDS, delivery.message
        actor = Actor(ActorKind.MERCHANT, asked.actor_id, "")
        is_left = True
        while is_left and time.monotonic() < until:
            async with delivery.db.tenant(delivery.tenant) as tx:
                is_left = await take_back(tx, asked.job_id, actor)
        async with delivery.done() as tx:
            if is_left:
                tx.publish(asked)

    async def _turn(
        self, delivery: Delivery[ImportRequested], job: ImportJob, until: float
    ) -> None:
        card = await self.registry.by_id(delivery.tenant.id)
        assert card is not None, "the row's tenant was found a moment ago"
        with tempfile.TemporaryDirectory(prefix="kram-import-") as folder:
            path = Path(folder) / "goods"
            await asyncio.to_thread(copy, await self.storage.open(job.storage_key), path)
            columns = job.columns or await asyncio.to_thread(_guessed, path, card.language)
            with closing(batches(rows(path, columns), card.currency, after=job.done)) as left:
                work = _Work(delivery, job, kept_fields(columns), card.currency)
                await work.through(left, until)


@dataclass(frozen=True, slots=True)
class _Work:
    """One job's batches, until the turn is over; then word of how it goes on."""

    delivery: Delivery[ImportRequested]
    job: ImportJob
    keep: list[str]
    currency: str

    async def through(self, left: Iterator[Batch], until: float) -> None:
        checks = self.job.state == ImportState.CHECKING
        take = self._check if checks else self._take
        while (batch := await asyncio.to_thread(next, left, None)) is not None:
            await take(batch)
            if time.monotonic() > until:
                async with self.delivery.done() as tx:
                    tx.publish(ImportRequested(job_id=self.job.id))
                return
        async with self.delivery.done() as tx:
            await (finish_check if checks else finish)(tx, self.job.id)

    async def _take(self, batch: Batch) -> None:
        actor = Actor(ActorKind.MERCHANT, self.job.actor_id, self.job.actor_name)
        async with self._db.tenant(self.delivery.tenant) as tx:
            await take_in(tx, self.job.id, batch, keep=self.keep, actor=actor)

    async def _check(self, batch: Batch) -> None:
        """The judging transaction is READ ONLY: the database itself keeps it from writing."""
        async with self._db.tenant_read(self.delivery.tenant) as tx:
            judged = await judge(tx, batch, self.keep, self.currency)
        async with self._db.tenant(self.delivery.tenant) as tx:
            await note(tx, self.job.id, batch, judged)

    @property
    def _db(self) -> Database:
        return self.delivery.db


def _guessed(path: Path, language: str) -> dict[str, int]:
    """For jobs of the release before, which kept no columns."""
    layout = inspect(path, language)
    check_complete(layout.columns, layout.headings)
    return dict(layout.columns)


async def delete_old_files(db: Database, storage: Storage, tenant: Tenant) -> None:
    """And what it takes to take imports back, once that is over. What a run that died has deleted,
    the next one deletes again, which does nothing."""
    async with db.tenant(tenant) as tx:
        await batch_queries.forget(tx, tx.now - UNDO_WITHIN)
    async with db.tenant_read(tenant) as tx:
        ended = await queries.files_ended_before(tx, tx.now - KEEP_FILES, _FILES_AT_ONCE)
    if not ended:
        return
    for _, key in ended:
        await storage.delete(key)
    async with db.tenant(tenant) as tx:
        await queries.forget_files(tx, [job_id for job_id, _ in ended])
