"""The fast path reads one shop, never writes, and gives its memory back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec
import pytest
from sqlalchemy import Integer, bindparam, select

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.kit.db.lanes import HotQuery, Lanes
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import Product
from tests.factories.catalog import make_product

pytestmark = pytest.mark.anyio


class Row(msgspec.Struct):
    id: UUID
    title: str
    created_at: datetime


TITLES = HotQuery(
    select(Product.id, Product.title, Product.created_at)
    .order_by(Product.title)
    .limit(bindparam("size", type_=Integer())),
    Row,
)


@pytest.fixture
async def lanes(settings: Settings) -> AsyncIterator[Lanes]:
    lanes = Lanes(settings.hot_database_url, size=3, tenants_a_lane=2)
    yield lanes
    await lanes.close()


async def test_rows_are_those_of_the_unit_of_work(
    db: Database, tenant: Tenant, other_tenant: Tenant, lanes: Lanes
) -> None:
    async with db.tenant(other_tenant) as tx:
        await make_product(tx, title="Somebody else's")
    async with db.tenant(tenant) as tx:
        for title in ("Cup", "Bowl", "Jug"):
            await make_product(tx, title=title)
    async with db.tenant_read(tenant) as tx:
        slow = (
            await tx.execute(
                select(Product.id, Product.title, Product.created_at)
                .order_by(Product.title)
                .limit(2)
            )
        ).all()
    fast = await lanes.fetch(TITLES, tenant, size=2)
    assert [(row.id, row.title, row.created_at) for row in fast] == [tuple(row) for row in slow]
    assert [row.title for row in fast] == ["Bowl", "Cup"]
    assert fast[0].created_at.tzinfo is not None
    assert fast[0].created_at < datetime.now(UTC)


async def test_unknown_parameter_is_refused(tenant: Tenant, lanes: Lanes) -> None:
    with pytest.raises(KeyError):
        await lanes.fetch(TITLES, tenant, sise=2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {}.product SET title = 'x'",
        "DELETE FROM {}.product",
        "SELECT * FROM {}.orders",
        "SELECT * FROM {}.customer",
        "SELECT * FROM {}.payment",
        "SELECT * FROM platform.merchant",
        "SET ROLE kram_platform",
    ],
)
async def test_lanes_role_reads_the_storefront_and_nothing_else(
    settings: Settings, tenant: Tenant, statement: str
) -> None:
    connection = await asyncpg.connect(settings.hot_database_url)
    try:
        with pytest.raises(
            (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)
        ):
            await connection.execute(statement.format(tenant.schema))
    finally:
        await connection.close()


async def test_one_shop_never_answers_for_another_under_load(
    db: Database, tenant: Tenant, other_tenant: Tenant, lanes: Lanes
) -> None:
    for one in (tenant, other_tenant):
        async with db.tenant(one) as tx:
            await make_product(tx, title=one.schema)

    async def titles(one: Tenant) -> bool:
        return [row.title for row in await lanes.fetch(TITLES, one, size=9)] == [one.schema]

    answers = await asyncio.gather(*(titles((tenant, other_tenant)[n % 2]) for n in range(200)))
    assert all(answers)


async def test_lane_that_saw_many_shops_is_replaced(tenant: Tenant, settings: Settings) -> None:
    lanes = Lanes(settings.hot_database_url, size=1, tenants_a_lane=1)
    first = await lanes._lanes[0].fetch(tenant.schema, "SELECT pg_backend_pid()", [])
    again = await lanes._lanes[0].fetch(tenant.schema, "SELECT pg_backend_pid()", [])
    other = await lanes._lanes[0].fetch("t_another", "SELECT pg_backend_pid()", [])
    await lanes.close()
    assert first == again
    assert first != other


async def test_lane_comes_back_after_its_connection_was_lost(
    tenant: Tenant, lanes: Lanes, owner: asyncpg.Connection
) -> None:
    await lanes.fetch(TITLES, tenant, size=1)
    await owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = 'kram_hot' AND datname = current_database()"
    )
    await asyncio.sleep(0.1)
    assert await lanes.fetch(TITLES, tenant, size=1) == []
