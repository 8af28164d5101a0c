"""Two shops behind one REST door: whatever one answers, the other's rows are never in it."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.tenants.models import Role, Shop
from tests.factories.rest import Api, Desk, open_api


@pytest.fixture
async def api(db: Database, settings: Settings, valkey: Redis) -> AsyncIterator[Api]:
    async with open_api(db, settings, valkey) as api:
        yield api


@pytest.fixture
async def desk(api: Api, shop: Shop) -> Desk:
    return await api.member(shop, Role.OWNER)


@pytest.fixture
async def other_desk(api: Api, other_shop: Shop) -> Desk:
    return await api.member(other_shop, Role.OWNER)
