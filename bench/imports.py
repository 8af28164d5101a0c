"""Goods from a file: rows a second and memory, against a bare COPY of the same rows.

An import parses, checks and matches every row, writes it to four tables with their constraints and
keeps the version of the catalogue; COPY writes it to one table that has none.
"""

import asyncio
import csv
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import Figure, cpu_seconds, processes_below
from bench.ground import Ground
from kram.integrations.exports.feed import Feed, FeedShop
from kram.integrations.exports.queries import offers
from kram.integrations.imports import service
from kram.integrations.imports.batches import batches
from kram.integrations.imports.columns import COLUMNS, NUMBERS
from kram.integrations.imports.export import cells
from kram.integrations.imports.intake import finish, kept_fields, take_in
from kram.integrations.imports.layout import inspect, rows
from kram.integrations.imports.queries import recent_jobs
from kram.integrations.imports.sources import Format
from kram.integrations.imports.undo import request_undo, take_back
from kram.integrations.imports.writers import table
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.shop.catalog.queries import categories
from kram.tenants.actor import Actor
from kram.tenants.schema.provision import make_schema

ROWS = 50_000
Work = Callable[..., Coroutine[Any, Any, None]]
_HEADER = ("sku", "title", "price", "stock", "category", "description")
_BARE = (
    "CREATE TABLE bare (sku text, title text, price text, stock text, category text, words text)"
)


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    cpu_seconds: float
    megabytes: int = 0

    @property
    def rows_per_second(self) -> float:
        return ROWS / self.seconds

    @property
    def microseconds(self) -> float:
        """Of CPU, a row."""
        return self.cpu_seconds / ROWS * 1e6


async def run(ground: Ground) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goods.csv"
        _write(path)
        bare = await _copy(ground, path)
        tenant = await _new_shop(ground)
        first = await asyncio.to_thread(_imported, ground, tenant, path)
        second = await asyncio.to_thread(_imported, ground, tenant, path)
        exports = [
            await asyncio.to_thread(_in_child, ground, _export, tenant, Path(folder) / form, form)
            for form in (Format.CSV, Format.XLSX, Format.YML)
        ]
        sheet = Path(folder) / Format.XLSX
        tenant = await _new_shop(ground)
        third = await asyncio.to_thread(_imported, ground, tenant, sheet)
        undone = await asyncio.to_thread(_in_child, ground, _undo, tenant)
    megabytes = max(run.megabytes for run in (first, second, third, undone, *exports))
    speeds = (first.rows_per_second, bare.rows_per_second, second.rows_per_second)
    return [
        Figure(
            f"{ROWS:,} rows imported, against COPY", *speeds[:2], "rows/s", "", "wall clock", True
        ),
        Figure("CPU of a row", first.microseconds, bare.microseconds, "µs", "", "all processes"),
        Figure("the same file again", speeds[2], speeds[0], "rows/s", "", "nothing changes", True),
        Figure(
            "the same as XLSX, against CSV",
            third.rows_per_second,
            speeds[0],
            "rows/s",
            "",
            "",
            True,
        ),
        *(
            Figure(
                f"exported as {form}, against COPY in",
                run.rows_per_second,
                speeds[1],
                "rows/s",
                "",
                "wall clock",
                True,
            )
            for form, run in zip(("CSV", "XLSX", "YML"), exports, strict=True)
        ),
        Figure(
            "taken back, against imported",
            undone.rows_per_second,
            speeds[0],
            "rows/s",
            "",
            "all goods are new, all have stock",
            True,
        ),
        Figure("memory at its peak, of all", megabytes, None, "MB", "≤ 300 MB"),
    ]


def _write(path: Path) -> None:
    words = "Міцний корпус стійкий до подряпин, надійна фурнітура служить роками. " * 3
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(
            (
                f"SKU{number:06}",
                f"Ліхтар налобний Rollerblade Travel M{number} бордовий",
                f"{number % 9000 + 1}.{number % 100:02}",
                number % 150,
                f"Розділ {number % 20} / Полиця {number % 200}",
                f"{words}{number}",
            )
            for number in range(ROWS)
        )


async def _copy(ground: Ground, path: Path) -> Run:
    owner = await ground.owner()
    await owner.execute(_BARE)
    servers = processes_below(ground.postgres_pid)
    before, cpu, started = cpu_seconds(servers), time.process_time(), time.perf_counter()
    with path.open("rb") as file:
        await owner.copy_to_table("bare", source=file, format="csv", header=True)
    seconds = time.perf_counter() - started
    cpu = time.process_time() - cpu + cpu_seconds(servers) - before
    await owner.execute("DROP TABLE bare")
    await owner.close()
    return Run(seconds, cpu)


async def _new_shop(ground: Ground) -> Tenant:
    owner = await ground.owner()
    name = await make_schema(owner)
    await owner.close()
    return Tenant(TenantId(new_id()), name, name)


def _imported(ground: Ground, tenant: Tenant, path: Path) -> Run:
    return _in_child(ground, _take, tenant, path)


def _in_child(ground: Ground, work: Work, tenant: Tenant, *rest: object) -> Run:
    """In a process of its own: its memory is the work's alone."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    servers = processes_below(ground.postgres_pid)
    before = cpu_seconds(servers)
    child = context.Process(
        target=_child, args=(sender, work, ground.settings.app_database_url, tenant, *rest)
    )
    child.start()
    sender.close()
    seconds, cpu, megabytes = receiver.recv()
    child.join()
    after = cpu_seconds({*servers, *processes_below(ground.postgres_pid)})
    return Run(seconds, cpu + after - before, megabytes)


def _child(sender, work: Work, *arguments) -> None:  # type: ignore[no-untyped-def]
    cpu, started = time.process_time(), time.perf_counter()
    asyncio.run(work(*arguments))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    sender.send((seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


async def _export(url: str, tenant: Tenant, path: Path, form: Format) -> None:
    """What a worker writes, without its notes of how far it has come."""
    db = Database(url, pool_size=2)
    with path.open("wb") as file:
        async with db.tenant_read(tenant) as tx:
            if form == Format.YML:
                shop = FeedShop("Bench", "https://kram.example/m/bench", "UAH", "uk")
                feed = Feed(file, shop, await categories(tx), str, tx.now)
                async for offer in offers(tx):
                    feed.write(offer)
                feed.close()
            else:
                writer = table(form, file, COLUMNS, NUMBERS)
                async for row in cells(tx):
                    writer.write(row)
                writer.close()
    await db.close()


async def _undo(url: str, tenant: Tenant) -> None:
    db, actor = Database(url, pool_size=2), Actor.system("bench")
    async with db.tenant(tenant) as tx:
        [job] = await recent_jobs(tx, 1)
        await request_undo(tx, job.id, actor)
    is_left = True
    while is_left:
        async with db.tenant(tenant) as tx:
            is_left = await take_back(tx, job.id, actor)
    await db.close()


async def _take(url: str, tenant: Tenant, path: Path) -> None:
    """What a worker does with the file, without the relay between its turns."""
    db, job_id, actor = Database(url, pool_size=2), new_id(), Actor.system("bench")
    layout = await asyncio.to_thread(inspect, path, "uk")
    keep = kept_fields(layout.columns)
    async with db.tenant(tenant) as tx:
        service.new_job(tx, job_id, "", path.name, layout, actor)
    with closing(batches(rows(path, layout.columns), "UAH")) as left:
        while (batch := await asyncio.to_thread(next, left, None)) is not None:
            async with db.tenant(tenant) as tx:
                job = await take_in(tx, job_id, batch, keep=keep, actor=actor)
    async with db.tenant(tenant) as tx:
        await finish(tx, job_id)
    assert (job.done, job.failed) == (ROWS, 0), job
    await db.close()
