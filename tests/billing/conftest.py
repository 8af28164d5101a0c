"""A stall for every test of money."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from redis.asyncio import Redis

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.billing import Stall, open_stall


@pytest.fixture
async def empty_relay(owner: asyncpg.Connection) -> None:
    await owner.execute("TRUNCATE relay.outbox, relay.handled, relay.inbox")


@pytest.fixture
async def stall(
    db: Database, keys: KeyRing, valkey: Redis, shop: Shop, empty_relay: None
) -> AsyncIterator[Stall]:
    async with open_stall(db, keys, valkey, shop) as stall:
        yield stall
