"""A dashboard, and the owner of `shop` signed in before it."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.tenants import accounts, queries
from kram.tenants.models import Merchant, Shop
from tests.factories.dashboard import Browser, Dashboard, open_dashboard


@pytest.fixture
async def dashboard(db: Database, settings: Settings, valkey: Redis) -> AsyncIterator[Dashboard]:
    async with open_dashboard(db, settings, valkey) as dashboard:
        yield dashboard


@pytest.fixture
async def stranger(dashboard: Dashboard) -> AsyncIterator[Browser]:
    """Nobody has signed in here; speaks English."""
    async with dashboard.browser(**{"accept-language": "en"}) as browser:
        yield browser


@pytest.fixture
async def merchant(db: Database, shop: Shop) -> Merchant:
    """The owner of `shop`, who reads English."""
    async with db.platform() as tx:
        owner = (await queries.staff_of(tx, shop.id))[0]
        await accounts.speak(tx, owner.merchant_id, "en")
        return await accounts.merchant(tx, owner.merchant_id)


@pytest.fixture
async def browser(dashboard: Dashboard, merchant: Merchant) -> AsyncIterator[Browser]:
    """The owner has signed in here."""
    async with dashboard.browser() as browser:
        await browser.enter(merchant.id)
        yield browser


@pytest.fixture
def path(shop: Shop) -> str:
    return f"/dashboard/{shop.slug}"
