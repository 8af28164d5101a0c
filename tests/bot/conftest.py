from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.bots import ShopInTown, Stand, open_stand, working


@pytest.fixture
async def stand(
    db: Database, valkey: Redis, settings: Settings, tmp_path: Path
) -> AsyncIterator[Stand]:
    """Updates arrive and are stored; nobody handles them."""
    async with open_stand(db, valkey, settings, tmp_path) as stand:
        yield stand


async def _in_english(stand: Stand, shop: Shop) -> Shop:
    async with stand.db.platform() as tx:
        tx.add(shop)
        shop.language = "en"
    return shop


@pytest.fixture
async def kvitka(stand: Stand, shop: Shop) -> ShopInTown:
    return await stand.open(await _in_english(stand, shop))


@pytest.fixture
async def inshyi(stand: Stand, other_shop: Shop) -> ShopInTown:
    return await stand.open(await _in_english(stand, other_shop))


@pytest.fixture
async def at_work(stand: Stand) -> AsyncIterator[None]:
    """The bots handle what arrives."""
    async with working(stand):
        yield
