from collections.abc import AsyncIterator

import pytest

from kram.shop.catalog.storefront import StorefrontReader
from tests.conftest import make_settings
from tests.shop.catalog.reading import CountingLanes


@pytest.fixture
async def lanes(database_url: str, redis_url: str) -> AsyncIterator[CountingLanes]:
    lanes = CountingLanes(make_settings(database_url, redis_url).hot_database_url, size=2)
    yield lanes
    await lanes.close()


@pytest.fixture
def reader(lanes: CountingLanes) -> StorefrontReader:
    return StorefrontReader(lanes)
