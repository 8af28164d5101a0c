"""Imports that are killed, slow, or run twice at once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from kram.integrations.imports import batches as batching
from kram.integrations.imports import intake, tasks
from kram.integrations.imports.batches import Batch
from kram.integrations.imports.models import ImportJob
from tests.house import make_due
from tests.integrations.imports.yard import GOODS, Yard, counts

pytestmark = pytest.mark.anyio


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "ROWS_A_BATCH", 100)


@pytest.mark.usefixtures("small_batches")
async def test_progress_is_seen_between_batches(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int, int]] = []

    async def look(*arguments: Any, **options: Any) -> Any:
        seen.append(await progress())
        return await original(*arguments, **options)

    async def progress() -> tuple[str, int, int]:
        job = await yard.job(job_id)
        return job.state, job.done, job.created

    original = tasks.take_in
    monkeypatch.setattr(tasks, "take_in", look)
    job_id = await yard.send(GOODS.read_bytes())
    await yard.house.settle()
    assert seen == [("waiting", 0, 0)] + [("running", n, n) for n in range(100, 1000, 100)]
    assert await progress() == ("done", 1000, 1000)


class Killed(Exception):
    pass


@pytest.mark.usefixtures("small_batches")
async def test_killed_after_every_batch_it_goes_on_and_doubles_nothing(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, owner: asyncpg.Connection
) -> None:
    runs = 0

    def batches_then_death(*arguments: Any, **options: Any) -> Iterator[Batch]:
        nonlocal runs
        runs += 1
        found = original(*arguments, **options)
        try:
            yield next(found)
        except StopIteration:
            return
        raise Killed

    original = batching.batches
    monkeypatch.setattr(tasks, "batches", batches_then_death)
    job_id = await yard.send(GOODS.read_bytes())
    for done in range(100, 1001, 100):
        await yard.house.settle()
        job = await yard.job(job_id)
        assert (job.state, job.done, job.created) == ("running", done, done)
        await make_due(owner)
    await yard.house.settle()
    job = await yard.job(job_id)
    assert (job.state, counts(job), runs) == ("done", (1000, 0, 0, 0), 11)
    size = await yard.size()
    assert (size["product"], size["variant"], size["stock"]) == (1000, 1000, 1000)
    moved = await yard.rows("SELECT sum(delta) FROM stock_move")
    assert moved == await yard.rows("SELECT sum(on_hand) FROM stock")


@pytest.mark.usefixtures("small_batches")
async def test_a_batch_that_dies_before_its_commit_leaves_nothing(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, owner: asyncpg.Connection
) -> None:
    async def half(*arguments: Any, **options: Any) -> Any:
        await original(*arguments, **options)
        raise Killed

    original = tasks.take_in
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "take_in", half)
        job_id = await yard.send(GOODS.read_bytes())
        await yard.house.settle()
    assert (await yard.job(job_id)).state == "waiting"
    assert set((await yard.size()).values()) == {0, 1}  # the version is 1 from the beginning
    await make_due(owner)
    await yard.house.settle()
    assert counts(await yard.job(job_id)) == (1000, 0, 0, 0)


@pytest.mark.usefixtures("small_batches")
async def test_a_long_file_sends_itself_on(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0.0)
    job = await yard.take(GOODS.read_bytes())
    assert (job.state, counts(job)) == ("done", (1000, 0, 0, 0))
    assert len(yard.house.sent) == 11


@pytest.mark.usefixtures("small_batches")
async def test_two_runs_of_one_file_take_every_batch_in_once(yard: Yard) -> None:
    job_id = await yard.send(GOODS.read_bytes())
    yard.house.asleep = True
    await yard.house.settle()
    [(row, name)] = yard.house.sent
    await asyncio.gather(*(yard.house.runner.run(row, name) for _ in range(4)))
    job = await yard.job(job_id)
    assert (job.state, job.done, counts(job)) == ("done", 1000, (1000, 0, 0, 0))
    assert (await yard.size())["product"] == 1000


@pytest.mark.usefixtures("small_batches")
async def test_without_the_guard_two_runs_would_count_twice(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unguarded(tx: Any, job_id: Any, after: int | None, states: Any) -> Any:
        return await tx.get(ImportJob, job_id, lock=True)

    monkeypatch.setattr(intake, "_standing_at", unguarded)
    job_id = await yard.send(GOODS.read_bytes())
    yard.house.asleep = True
    await yard.house.settle()
    [(row, name)] = yard.house.sent
    await asyncio.gather(*(yard.house.runner.run(row, name) for _ in range(4)))
    assert (await yard.job(job_id)).done > 1000


async def test_a_file_that_is_gone_ends_the_import_with_a_word(yard: Yard) -> None:
    job_id = await yard.send(b"sku,title,price\nA,Cup,1\n")
    await yard.storage.delete((await yard.job(job_id)).storage_key)
    await yard.house.settle()
    job = await yard.job(job_id)
    assert (job.state, job.problem) == ("failed", "This file does not exist")
    assert (await yard.size())["product"] == 0


async def test_the_file_has_no_address(yard: Yard) -> None:
    job = await yard.job(await yard.send(b"sku,title,price\nA,Cup,1\n"))
    with pytest.raises(ValueError, match="private"):
        yard.storage.url(job.storage_key)


async def test_of_many_faults_the_first_thousand_are_kept(yard: Yard) -> None:
    lines = "".join(f"S{n},Cup,-1\n" for n in range(1700))
    job = await yard.take(f"sku,title,price\n{lines}")
    assert counts(job) == (0, 0, 0, 1700)
    assert len(await yard.faults(job)) == 1000
