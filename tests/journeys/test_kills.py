"""Real processes are killed at any moment: nothing is lost (properties 12, 13 and 40)."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.integrations.crm import service as webhooks
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.http import UrlPolicy
from kram.kit.valkey import RELAY_CHANNEL, Waker
from kram.shop.orders import service as orders
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.orders import SHOPPER, order_draft
from tests.integrations.crm.receiver import Receiver, listening
from tests.processes import Processes, running

pytestmark = pytest.mark.anyio

_AT_ONCE = 8
"""Orders placed at the same time."""


class Shop:
    """A shop that sells, with a CRM that counts what it hears."""

    def __init__(self, db: Database, tenant: Tenant, crm: Receiver) -> None:
        self.db = db
        self.tenant = tenant
        self.crm = crm
        self.order_ids: list[UUID] = []
        self._variant: UUID
        self._customer: UUID

    async def open(self, settings: Settings, stock: int) -> None:
        async with self.db.tenant(self.tenant) as tx:
            self._variant = await make_variant(tx, stock=stock)
            self._customer = (await make_customer(tx)).id
            policy = UrlPolicy.for_development()
            await webhooks.add_endpoint(tx, settings.keys, policy, self.crm.url)

    async def sell(self, count: int) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one() -> None:
            async with gate, self.db.tenant(self.tenant) as tx:
                draft = order_draft(self._customer, {self._variant: 1})
                order_id = (await orders.place(tx, draft, SHOPPER)).id
            self.order_ids.append(order_id)

        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(one())

    def heard(self) -> list[UUID]:
        """The orders of which the CRM was told, once for each time it was told."""
        bodies = [received.body for received in self.crm.received]
        return [
            order_id
            for body in bodies
            if '"order.placed.v1"' in body
            for order_id in self.order_ids
            if str(order_id) in body
        ]


@asynccontextmanager
async def selling(
    db: Database, tenant: Tenant, settings: Settings, tmp_path: Path, stock: int, *names: str
) -> AsyncIterator[tuple[Shop, Processes]]:
    async with listening() as crm, running(settings, tmp_path / "run", names) as processes:
        shop = Shop(db, tenant, crm)
        await shop.open(settings, stock)
        yield shop, processes


async def until(truth: Callable[[], Awaitable[bool]], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await truth():
            await asyncio.sleep(0.1)


async def unfinished(owner: asyncpg.Connection) -> int:
    """Timers further away than an hour are not waited for."""
    count: int = await owner.fetchval(
        "SELECT count(*) FROM relay.outbox"
        " WHERE done_at IS NULL AND next_at < now() + interval '1 hour'"
    )
    return count


async def all_done(owner: asyncpg.Connection, seconds: float) -> None:
    async def is_quiet() -> bool:
        return await unfinished(owner) == 0

    await until(is_quiet, seconds)


async def _kill_at_random(processes: Processes, kills: int, dice: random.Random) -> None:
    for _ in range(kills):
        await asyncio.sleep(dice.uniform(0.1, 0.7))
        name = dice.choice(["relay", "worker"])
        await processes.kill(name)
        await processes.start(name)


async def _sell_under_fire(
    shop: Shop,
    processes: Processes,
    owner: asyncpg.Connection,
    *,
    orders: int,
    kills: int,
    patience_seconds: float = 60,
) -> None:
    """A row that several killed workers had in hand comes back after 20, 40, 80 … seconds."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_kill_at_random(processes, kills, random.Random(12)))
        for _ in range(10):
            await shop.sell(orders // 10)
            await asyncio.sleep(0.2)
    await all_done(owner, patience_seconds)
    assert sorted(set(shop.heard())) == sorted(shop.order_ids)
    dead = await owner.fetchval("SELECT count(*) FROM relay.outbox WHERE dead_at IS NOT NULL")
    assert dead == 0


async def _each_effect_happened_once(owner: asyncpg.Connection, shop: Shop) -> None:
    """A row per order and endpoint, and the whole stock accounted for."""
    deliveries = await owner.fetchval(
        f"SELECT count(*) FROM {shop.tenant.schema}.webhook_delivery"
        " WHERE event_name = 'order.placed.v1' AND state = 'delivered'"
    )
    reserved = await owner.fetchval(f"SELECT reserved FROM {shop.tenant.schema}.stock")
    assert (deliveries, reserved) == (len(shop.order_ids), len(shop.order_ids))


async def test_killed_relay_and_worker_lose_nothing(
    db: Database, tenant: Tenant, settings: Settings, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    async with selling(db, tenant, settings, tmp_path, 200, "relay", "worker") as (shop, processes):
        await _sell_under_fire(shop, processes, owner, orders=100, kills=3)
        await _each_effect_happened_once(owner, shop)
        # A worker handles twenty rows at once; each kill may repeat what it had in hand.
        assert len(shop.heard()) <= 100 + 3 * 20


@pytest.mark.stress
async def test_twenty_kills_over_ten_thousand_events(
    db: Database, tenant: Tenant, settings: Settings, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    async with selling(db, tenant, settings, tmp_path, 5000, "relay", "worker") as (
        shop,
        processes,
    ):
        await _sell_under_fire(shop, processes, owner, orders=3400, kills=20, patience_seconds=600)
        await _each_effect_happened_once(owner, shop)
        assert len(shop.heard()) <= 3400 + 20 * 20


@pytest.mark.parametrize("orders", [100, pytest.param(1000, marks=pytest.mark.stress)])
async def test_wiped_valkey_loses_nothing(
    db: Database,
    tenant: Tenant,
    settings: Settings,
    tmp_path: Path,
    owner: asyncpg.Connection,
    redis_url: str,
    orders: int,
) -> None:
    async with (
        selling(db, tenant, settings, tmp_path, 2000, "relay", "worker") as (shop, _processes),
        Redis.from_url(redis_url) as valkey,
    ):
        wake = Waker(valkey, RELAY_CHANNEL).wake
        for _ in range(5):
            async with asyncio.TaskGroup() as group:
                group.create_task(shop.sell(orders // 5))
                await asyncio.sleep(0.05)
                await valkey.flushdb()
                await wake()
        await all_done(owner, 60)
        assert sorted(set(shop.heard())) == sorted(shop.order_ids)
        await _each_effect_happened_once(owner, shop)


async def test_orders_of_a_time_without_relay_or_queue_arrive_afterwards(
    db: Database, tenant: Tenant, settings: Settings, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    async with selling(db, tenant, settings, tmp_path, 50) as (shop, processes):
        await shop.sell(20)
        assert shop.heard() == []
        await processes.start("worker", "relay")
        await all_done(owner, 60)
        assert sorted(shop.heard()) == sorted(shop.order_ids)


async def test_stopped_worker_finishes_what_it_has_in_hand(
    db: Database, tenant: Tenant, settings: Settings, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    async with selling(db, tenant, settings, tmp_path, 50, "relay", "worker") as (shop, processes):
        shop.crm.seconds = 0.5
        await shop.sell(6)

        async def is_busy() -> bool:
            return len(shop.crm.received) > 0

        await until(is_busy, 20)
        assert await processes.stop("worker", "relay") == {"worker": 0, "relay": 0}
        in_hand = len(shop.crm.received)
        delivered = await owner.fetchval(
            f"SELECT count(*) FROM {tenant.schema}.webhook_delivery WHERE state = 'delivered'"
        )
        assert delivered == in_hand
        shop.crm.seconds = 0
        await processes.start("worker", "relay")
        await all_done(owner, 60)
        assert sorted(set(shop.heard())) == sorted(shop.order_ids)
