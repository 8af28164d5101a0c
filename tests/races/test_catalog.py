"""Two people change the catalogue at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog import service
from kram.shop.catalog.errors import BundleNested
from kram.shop.catalog.models import BundleComponent
from tests.conftest import make_settings
from tests.factories.catalog import make_variant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def crowd(database_url: str, redis_url: str) -> AsyncIterator[Database]:
    settings = make_settings(database_url, redis_url)
    database = Database(settings.app_database_url, pool_size=40)
    yield database
    await database.close()


async def test_bundles_made_at_once_never_nest(crowd: Database, tenant: Tenant) -> None:
    async with crowd.tenant(tenant) as tx:
        ring = [await make_variant(tx) for _ in range(12)]

    async def make(bundle: UUID, part: UUID) -> str:
        try:
            async with crowd.tenant(tenant) as tx:
                await service.set_components(tx, bundle, {part: 1})
        except BundleNested:
            return "nested"
        return "made"

    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    ended = Counter(await asyncio.gather(*(make(*pair) for pair in pairs)))
    assert ended["made"] >= 1
    async with crowd.tenant_read(tenant) as reading:
        rows = (await reading.execute(select(BundleComponent))).scalars().all()
    assert len(rows) == ended["made"]
    assert not {row.bundle_id for row in rows} & {row.component_id for row in rows}
