"""The handlers: a file written row by row into storage, and its end a day later."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, TypeVar
from uuid import UUID

import msgspec

from kram.integrations.exports import orders, queries
from kram.integrations.exports.events import ExportEnded, ExportRequested
from kram.integrations.exports.feed import Feed, FeedShop
from kram.integrations.exports.models import ExportJob, ExportState, ExportWhat
from kram.integrations.exports.service import OrderFilters, storage_key
from kram.integrations.imports.columns import COLUMNS, NUMBERS
from kram.integrations.imports.export import cells
from kram.integrations.imports.sources import Format
from kram.integrations.imports.writers import MEDIA_TYPES, table
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.i18n import Translator, nearest
from kram.kit.images import WIDTHS, picture_key
from kram.kit.storage import Storage
from kram.shop.catalog import queries as catalog
from kram.shop.orders.queries import orders_page
from kram.shop.orders.search import Search
from kram.tenants.registry import Registry, ShopCard

KEPT_FOR = timedelta(hours=24)
_ROWS_AT_ONCE = 500

T = TypeVar("T")
Requested = Delivery[ExportRequested]


@dataclass(frozen=True, slots=True)
class Exporter:
    registry: Registry
    storage: Storage
    public_url: str

    async def run(self, delivery: Requested) -> None:
        """Killed at any point, the file is made anew under the same name."""
        async with delivery.db.tenant(delivery.tenant) as tx:
            job = await tx.get(ExportJob, delivery.message.job_id, lock=True)
            if job is not None and job.finished_at is None:
                job.state, job.done = ExportState.RUNNING, 0
        if job is None or job.finished_at is not None:
            async with delivery.done():
                return
        card = await self.registry.by_id(delivery.tenant.id)
        assert card is not None, "the row's tenant was found a moment ago"
        key = storage_key(delivery.tenant.id, job.id)
        with tempfile.TemporaryFile(prefix="kram-export-") as file:
            rows = await self._write(delivery, job, card, file)
            size = file.tell()
            file.seek(0)
            await self.storage.put(key, file, MEDIA_TYPES[Format(job.format)])
        async with delivery.done() as tx:
            await _finish(tx, job.id, key, rows, size)

    async def end(self, delivery: Delivery[ExportEnded]) -> None:
        await self.storage.delete(storage_key(delivery.tenant.id, delivery.message.job_id))
        async with delivery.done() as tx:
            job = await tx.get(ExportJob, delivery.message.job_id, lock=True)
            if job is not None:
                job.storage_key = ""

    async def _write(
        self, delivery: Requested, job: ExportJob, card: ShopCard, file: BinaryIO
    ) -> int:
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            if job.what == ExportWhat.ORDERS:
                return await _write_orders(tx, delivery, job, card, file)
            await _note(delivery, job.id, 0, total=await queries.count_variants(tx))
            if job.format == Format.YML:
                return await self._write_feed(tx, delivery, job, card, file)
            return await _write_products(tx, delivery, job, file)

    async def _write_feed(
        self, tx: TenantRead, delivery: Requested, job: ExportJob, card: ShopCard, file: BinaryIO
    ) -> int:
        address = f"{self.public_url}/m/{card.tenant.slug}"
        shop = FeedShop(card.name, address, card.currency, card.language)
        feed = Feed(file, shop, await catalog.categories(tx), self._picture, tx.now)
        rows = await _pour(queries.offers(tx), feed.write, delivery, job.id)
        feed.close()
        return rows

    def _picture(self, key: str) -> str:
        address = self.storage.url(picture_key(key, WIDTHS[-1]))
        return f"{self.public_url}{address}" if address.startswith("/") else address


async def _write_products(
    tx: TenantRead, delivery: Requested, job: ExportJob, file: BinaryIO
) -> int:
    writer = table(Format(job.format), file, COLUMNS, NUMBERS)
    rows = await _pour(cells(tx), writer.write, delivery, job.id)
    await asyncio.to_thread(writer.close)
    return rows


async def _write_orders(
    tx: TenantRead, delivery: Requested, job: ExportJob, card: ShopCard, file: BinaryIO
) -> int:
    said = Translator(nearest(card.language, "en")).gettext
    numbers = {said(heading) for heading in orders.NUMBERS}
    headings = [said(heading) for heading in orders.HEADINGS]
    writer = table(Format(job.format), file, headings, numbers)
    filters = msgspec.convert(job.filters, OrderFilters)
    rows = await _pour(_orders(tx, filters), writer.write, delivery, job.id)
    await asyncio.to_thread(writer.close)
    return rows


async def _orders(tx: TenantRead, filters: OrderFilters) -> AsyncIterator[tuple[str, ...]]:
    """The newest first, a page of them in memory."""
    only = Search(filters.text, filters.payment, filters.tag, filters.since, filters.until)
    cursor: str | None = None
    while True:
        page = await orders_page(
            tx, statuses=filters.statuses, only=only, cursor=cursor, limit=_ROWS_AT_ONCE
        )
        for order in page.items:
            for row in orders.rows_of(order):
                yield row
        tx.session.expunge_all()
        cursor = page.next_cursor
        if cursor is None:
            return


async def _pour(
    rows: AsyncIterator[T], write: Callable[[T], None], delivery: Requested, job_id: UUID
) -> int:
    """Writes in a thread, some hundred at a time, and tells how far it has come."""
    done = 0
    waiting: list[T] = []
    async for row in rows:
        waiting.append(row)
        if len(waiting) >= _ROWS_AT_ONCE:
            await asyncio.to_thread(_all, waiting, write)
            done += len(waiting)
            waiting = []
            await _note(delivery, job_id, done)
    await asyncio.to_thread(_all, waiting, write)
    return done + len(waiting)


def _all(rows: Sequence[T], write: Callable[[T], None]) -> None:
    for row in rows:
        write(row)


async def _note(delivery: Requested, job_id: UUID, done: int, *, total: int | None = None) -> None:
    async with delivery.db.tenant(delivery.tenant) as tx:
        job = await tx.get(ExportJob, job_id, lock=True)
        if job is not None and job.finished_at is None:
            job.done = done
            job.total = max(done, job.total if total is None else total)


async def _finish(tx: TenantTx, job_id: UUID, key: str, rows: int, size: int) -> None:
    job = await tx.get(ExportJob, job_id, lock=True)
    if job is None or job.finished_at is not None:
        return
    job.state, job.storage_key, job.size_bytes = ExportState.DONE, key, size
    job.done = job.total = rows
    # Its time is over already when somebody who may be in it was erased while it was written.
    job.finished_at, job.expires_at = tx.now, job.expires_at or tx.now + KEPT_FOR
    tx.publish(ExportEnded(job_id=job_id), due_at=job.expires_at)
