"""That a change of the catalogue is told to every process, and that silence is survived."""

import asyncio
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.valkey import CATALOG_CHANNEL
from kram.miniapp.cache.news import CatalogueNews, announce, listen
from kram.shop.catalog.queries import catalog_version
from tests.factories.catalog import make_product
from tests.house import House, empty

pytestmark = pytest.mark.anyio


async def test_a_committed_change_is_told_with_its_version(
    db: Database, tenant: Tenant, valkey: Redis, owner: asyncpg.Connection
) -> None:
    await empty(owner)
    handlers = {"announce": CatalogueNews(valkey).catalogue_changed}
    house = House(db, [tenant], handlers, events={"catalog.changed.v1": ["announce"]})
    async with valkey.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(CATALOG_CHANNEL)
        async with db.tenant(tenant) as tx:
            await make_product(tx)
            version = await catalog_version(tx)
        await house.settle()
        heard = [
            message["data"].decode()
            for _ in range(3)
            if (message := await channel.get_message(timeout=0.5)) is not None
        ]

    assert heard == [f"{tenant.id} {version}"]


class Versions:
    def __init__(self) -> None:
        self.heard: list[tuple[Any, int]] = []

    def announced(self, shop_id: Any, version: int) -> None:
        self.heard.append((shop_id, version))


async def test_every_listening_process_hears_and_nonsense_is_passed_over(
    tenant: Tenant, valkey: Redis
) -> None:
    processes = [Versions(), Versions()]
    async with asyncio.timeout(8), asyncio.TaskGroup() as group:
        listening = [
            group.create_task(listen(valkey, versions))  # type: ignore[arg-type]
            for versions in processes
        ]
        while not all(versions.heard for versions in processes):
            await valkey.publish(CATALOG_CHANNEL, "nonsense")
            await announce(valkey, tenant.id, 7)
            await asyncio.sleep(0.02)
        for task in listening:
            task.cancel()

    assert [versions.heard[-1] for versions in processes] == [(tenant.id, 7)] * 2


async def test_a_valkey_that_is_away_stops_nobody(tenant: Tenant) -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2)
    await announce(nobody, tenant.id, 7)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(listen(nobody, Versions()))  # type: ignore[arg-type]
        await asyncio.sleep(0.5)
        assert not listening.done()
        listening.cancel()
    await nobody.aclose()
