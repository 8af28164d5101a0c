"""A worker that is killed for good in the middle of a file, of every format."""

import asyncio
import io
import multiprocessing
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import asyncpg
import pytest

from kram.app.settings import Settings
from kram.integrations.imports import batches as batching
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.sources import Format, opened
from kram.integrations.imports.tasks import Importer
from kram.integrations.imports.undo import request_undo, undo_of
from kram.integrations.imports.writers import table
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.storage.addresses import storage_from_url
from kram.tenants.registry import Registry
from tests.house import House, make_due
from tests.integrations.imports.test_yml import feed
from tests.integrations.imports.yard import GOODS, OLENA, Yard, counts

pytestmark = pytest.mark.anyio
BATCH, ROWS = 25, 1000


def spreadsheet() -> bytes:
    file = io.BytesIO()
    with opened(GOODS).records() as records:
        writer = table(Format.XLSX, file, next(records).cells, {"price", "stock"})
        for record in records:
            writer.write(record.cells)
        writer.close()
    return file.getvalue()


def price_list() -> bytes:
    offers = (
        "<offer>"
        f"<vendorCode>{escape(row['sku'])}</vendorCode><name>{escape(row['title'])}</name>"
        f"<price>{row['price']}</price><count>{row['stock']}</count></offer>"
        for _, row in rows(GOODS, inspect(GOODS, "uk").columns)
    )
    return feed("".join(offers))


FILES: dict[Format, Callable[[], bytes]] = {
    Format.CSV: GOODS.read_bytes,
    Format.XLSX: spreadsheet,
    Format.YML: price_list,
}


def work(url: str, storage_url: str, keys: KeyRing, tenant: Tenant) -> None:
    """A worker's process, until it is killed or has nothing left to do."""
    batching.ROWS_A_BATCH = BATCH

    async def settle() -> None:
        db = Database(url, pool_size=2)
        importer = Importer(Registry(db, keys), storage_from_url(storage_url))
        handlers = {"imports.run": importer.run, "imports.undo": importer.undo}
        events = {
            "import.requested.v1": ["imports.run"],
            "import.undo_requested.v1": ["imports.undo"],
        }
        await House(db, [tenant], handlers, events=events).settle()

    asyncio.run(settle())


@pytest.mark.parametrize("form", Format)
async def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    yard: Yard,
    settings: Settings,
    keys: KeyRing,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    form: Format,
) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", BATCH)
    job_id = await yard.send(FILES[form]())
    seen = 0
    for wanted in (100, 400):
        worker = multiprocessing.get_context("spawn").Process(
            target=work,
            args=(settings.app_database_url, settings.storage_url, keys, yard.tenant),
        )
        worker.start()
        async with asyncio.timeout(60):
            while (seen := (await yard.job(job_id)).done) < wanted:
                await asyncio.sleep(0.01)
        worker.kill()
        worker.join()
        await make_due(owner)
    assert wanted <= seen < ROWS, "it was not killed in the middle"
    await yard.house.settle()
    job = await yard.job(job_id)
    assert (job.state, job.done, counts(job)) == ("done", ROWS, (ROWS, 0, 0, 0))
    size: dict[str, Any] = await yard.size()
    assert (size["product"], size["variant"]) == (ROWS, ROWS)
    moved = await yard.rows("SELECT sum(delta) FROM stock_move")
    assert moved == await yard.rows("SELECT sum(on_hand) FROM stock")
    again = await yard.take(FILES[form]())
    assert counts(again) == (0, 0, ROWS, 0)
    assert await yard.size() == size


async def test_a_killed_undo_goes_on_behind_the_last_batch(
    yard: Yard,
    settings: Settings,
    keys: KeyRing,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", BATCH)
    job = await yard.take(GOODS.read_bytes())
    async with yard.db.tenant(yard.tenant) as tx:
        await request_undo(tx, job.id, OLENA)

    async def left() -> int:
        async with yard.db.tenant_read(yard.tenant) as tx:
            undo = await undo_of(tx, await yard.job(job.id))
        assert undo is not None
        return undo.left

    whole = await left()
    worker = multiprocessing.get_context("spawn").Process(
        target=work,
        args=(settings.app_database_url, settings.storage_url, keys, yard.tenant),
    )
    worker.start()
    async with asyncio.timeout(60):
        while await left() > whole - 4:
            await asyncio.sleep(0.01)
    worker.kill()
    worker.join()
    assert 0 < await left() < whole, "it was not killed in the middle"
    await make_due(owner)
    await yard.house.settle()
    job = await yard.job(job.id)
    assert (job.state, job.kept, await left()) == ("undone", 0, 0)
    assert await yard.rows("SELECT DISTINCT status FROM product") == [("archived",)]
    assert await yard.rows("SELECT sum(on_hand) FROM stock") == [(0,)]
    assert await yard.rows("SELECT sum(delta) FROM stock_move") == [(0,)]
