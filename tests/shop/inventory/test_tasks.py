"""What follows from a changed availability."""

import asyncpg
import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import in_tx
from kram.kit.ids import new_id
from kram.shop.catalog.queries import catalog_version
from kram.shop.inventory import service, tasks
from kram.shop.inventory.events import AvailabilityChanged
from tests.factories.catalog import make_variant
from tests.house import House, empty

pytestmark = pytest.mark.anyio


async def test_selling_out_renews_the_storefront_but_not_in_the_checkouts_commit(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    await empty(owner)
    house = House(
        db,
        [tenant],
        {"inventory.renew_storefront": in_tx(tasks.renew_storefront)},
        events={AvailabilityChanged.name: ["inventory.renew_storefront"]},
    )
    async with db.tenant(tenant) as tx:
        variant = await make_variant(tx, stock=2)
    await house.settle()
    async with db.tenant(tenant) as tx:
        before = await catalog_version(tx)
        await service.reserve(tx, new_id(), {variant: 1}, None)
    await house.settle()
    async with db.tenant(tenant) as tx:
        assert await catalog_version(tx) == before
        await service.reserve(tx, new_id(), {variant: 1}, None)
    async with db.tenant_read(tenant) as reading:
        assert await catalog_version(reading) == before
    await house.settle()
    async with db.tenant_read(tenant) as reading:
        assert await catalog_version(reading) == before + 1
