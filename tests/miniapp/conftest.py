"""Storefronts of two shops: whatever one shows, the other's goods are never in it."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.storefront import Storefront, open_storefront


@pytest.fixture
async def storefront(
    db: Database, settings: Settings, valkey: Redis, shop: Shop
) -> AsyncIterator[Storefront]:
    async with open_storefront(db, settings, valkey, shop) as storefront:
        yield storefront


@pytest.fixture
async def other_storefront(
    db: Database, settings: Settings, valkey: Redis, other_shop: Shop
) -> AsyncIterator[Storefront]:
    async with open_storefront(db, settings, valkey, other_shop) as storefront:
        yield storefront
