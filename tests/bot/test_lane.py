"""In which order, and how many at once, stored updates are handled."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from kram.bot.envelope import read_envelope
from kram.bot.inbox import store_update
from kram.bot.lane import Lane
from kram.bot.queries import LeasedUpdate, finish, lease_updates
from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.bots import until

pytestmark = pytest.mark.anyio

BOT, OTHER_BOT = 501, 502


@pytest.fixture(autouse=True)
async def empty_inbox(db: Database) -> None:
    """Lanes work for all shops; other tests' rows are not theirs."""
    async with db.platform() as tx:
        await tx.execute(text("DELETE FROM relay.inbox"))


async def store(db: Database, shop: Shop, number: int, bot: int = BOT, **update: object) -> None:
    body = msgspec.json.encode({"update_id": number, **update})
    async with db.platform() as tx:
        await store_update(tx, shop.id, bot, read_envelope(body), body)


def message(chat: int) -> dict[str, object]:
    return {"message": {"chat": {"id": chat}}}


def tap(person: int) -> dict[str, object]:
    return {"callback_query": {"from": {"id": person}}}


@dataclass
class Recorder:
    """Handles updates by noting them; keeps what overlapped."""

    db: Database
    slowness: float = 0.01
    seen: defaultdict[tuple[str, str | None], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    running: set[UUID] = field(default_factory=set)
    busy: set[tuple[str, str | None]] = field(default_factory=set)
    most_at_once: int = 0
    overlaps: int = 0

    async def __call__(self, row: LeasedUpdate) -> None:
        key = (row.source, row.ordering_key)
        if row.ordering_key is not None:
            self.overlaps += key in self.busy
        self.busy.add(key)
        self.running.add(row.id)
        self.most_at_once = max(self.most_at_once, len(self.running))
        await asyncio.sleep(random.uniform(0, self.slowness))
        self.seen[key].append(read_envelope(row.body).update_id)
        async with self.db.platform() as tx:
            await finish(tx, row.id)
        self.busy.discard(key)
        self.running.discard(row.id)

    @property
    def count(self) -> int:
        return sum(len(numbers) for numbers in self.seen.values())


async def run(lanes: list[Lane], recorder: Recorder, count: int) -> None:
    stop = asyncio.Event()

    async def all_seen() -> bool:
        return recorder.count >= count

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            lane.poll_seconds = 0.02
            group.create_task(lane.run(stop))
        await until(all_seen, seconds=20)
        stop.set()


@pytest.mark.parametrize("processes", [1, 3])
async def test_a_chat_is_in_order_and_chats_are_parallel(
    db: Database, shop: Shop, other_shop: Shop, processes: int
) -> None:
    """The same chat id in two bots is two chats."""
    for number in range(12):
        for chat in range(6):
            await store(db, shop, number * 10 + chat, **message(chat))
        await store(db, other_shop, number * 10, bot=OTHER_BOT, **message(0))
    recorder = Recorder(db, slowness=0.03)
    lanes = [Lane(db, recorder, fast=False, capacity=4) for _ in range(processes)]
    await run(lanes, recorder, 84)
    assert recorder.overlaps == 0
    assert recorder.count == 84
    for numbers in recorder.seen.values():
        assert numbers == sorted(numbers)
    assert 1 < recorder.most_at_once <= 4 * processes


async def test_a_lane_that_ignores_the_order_would_be_caught(db: Database, shop: Shop) -> None:
    """The negative control of the test above: without the head-of-line rule chats overlap."""
    for number in range(40):
        await store(db, shop, number, **message(1))
    recorder = Recorder(db, slowness=0.05)
    async with db.platform() as tx:
        rows = await tx.execute(
            text(
                "SELECT id, tenant_id, source, ordering_key, body, received_at, 1::smallint"
                " FROM relay.inbox ORDER BY id"
            )
        )
        leased = [LeasedUpdate(*row) for row in rows]
    async with asyncio.TaskGroup() as group:
        for row in leased:
            group.create_task(recorder(row))
    assert recorder.overlaps > 0
    (numbers,) = recorder.seen.values()
    assert numbers != sorted(numbers)


async def test_taps_do_not_wait_behind_messages(db: Database, shop: Shop) -> None:
    for number in range(20):
        await store(db, shop, number, **message(number))
    await store(db, shop, 100, **tap(7))
    slow, quick = Recorder(db, slowness=0.5), Recorder(db)
    general = Lane(db, slow, fast=False, capacity=2)
    fast = Lane(db, quick, fast=True, capacity=2)
    await run([general, fast], quick, 1)
    assert quick.seen == {("tg:501", "u7"): [100]}
    assert slow.count < 20


async def test_a_lane_whose_places_are_all_stuck_does_not_turn(db: Database, shop: Shop) -> None:
    turns, started, stop, let_go = 0, 0, asyncio.Event(), asyncio.Event()

    async def stuck(_: LeasedUpdate) -> None:
        nonlocal started
        started += 1
        await let_go.wait()

    def turned() -> None:
        nonlocal turns
        turns += 1

    async def both_started() -> bool:
        return started == 2

    for number in range(2):
        await store(db, shop, number, **message(number))
    lane = Lane(db, stuck, fast=False, capacity=2, poll_seconds=0.02, turned=turned)
    async with asyncio.TaskGroup() as group:
        group.create_task(lane.run(stop))
        await until(both_started)
        before = turns
        await asyncio.sleep(0.3)
        assert turns == before > 0
        let_go.set()
        await asyncio.sleep(0.3)
        assert turns > before
        stop.set()


async def test_updates_that_nothing_orders_stand_alone(db: Database, shop: Shop) -> None:
    for number in range(5):
        await store(db, shop, number, inline_query={"from": {"id": 1}})
    recorder = Recorder(db, slowness=0.05)
    await run([Lane(db, recorder, fast=False, capacity=5)], recorder, 5)
    assert recorder.most_at_once > 1


async def test_a_leased_head_keeps_its_chat_waiting_until_the_lease_ends(
    db: Database, shop: Shop
) -> None:
    await store(db, shop, 1, **message(1))
    await store(db, shop, 2, **message(1))
    assert [row.attempt for row in await lease(db, 60)] == [1]
    assert await lease(db, 60) == []
    async with db.platform() as tx:
        await tx.execute(text("UPDATE relay.inbox SET next_at = now() WHERE attempts = 1"))
    again = await lease(db, 60)
    assert [(read_envelope(row.body).update_id, row.attempt) for row in again] == [(1, 2)]
    async with db.platform() as tx:
        await finish(tx, again[0].id)
    assert [read_envelope(row.body).update_id for row in await lease(db, 60)] == [2]


async def lease(db: Database, seconds: float) -> list[LeasedUpdate]:
    async with db.platform() as tx:
        return await lease_updates(
            tx, fast=False, fast_marks=("u", "c"), batch=10, lease=timedelta(seconds=seconds)
        )


async def test_two_processes_never_get_the_same_row(db: Database, shop: Shop) -> None:
    for number in range(60):
        await store(db, shop, number, **message(number % 20))
    taken = await asyncio.gather(*(lease(db, 60) for _ in range(8)))
    ids = [row.id for rows in taken for row in rows]
    assert len(ids) == len(set(ids)) == 20


async def test_a_stopping_lane_finishes_what_it_began_and_takes_nothing_new(
    db: Database, shop: Shop
) -> None:
    for number in range(6):
        await store(db, shop, number, **message(1))
    stop, begun, may_end, ended = (asyncio.Event() for _ in range(4))

    async def handle(row: LeasedUpdate) -> None:
        begun.set()
        await may_end.wait()
        async with db.platform() as tx:
            await finish(tx, row.id)
        ended.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(Lane(db, handle, fast=False, capacity=2, poll_seconds=0.02).run(stop))
        await begun.wait()
        stop.set()
        await asyncio.sleep(0.1)
        may_end.set()
    assert ended.is_set()
    assert [read_envelope(row.body).update_id for row in await lease(db, 60)] == [1]


async def test_a_lane_outlives_a_handler_that_breaks(db: Database, shop: Shop) -> None:
    await store(db, shop, 1, **message(1))
    await store(db, shop, 2, **message(2))
    recorder = Recorder(db)

    async def breaks_on_the_first(row: LeasedUpdate) -> None:
        if row.ordering_key == "1":
            raise RuntimeError("broken")
        await recorder(row)

    await run([Lane(db, breaks_on_the_first, fast=False, capacity=2)], recorder, 1)
    assert recorder.seen == {("tg:501", "2"): [2]}
