"""Hot statements are in the unit of work like all others: scope, order, counts, errors."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from kram.app.settings import Settings
from kram.kit.db.database import Database
from kram.kit.db.hot import HotStatement
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.shop.catalog.models import Category, Product
from tests.factories.catalog import make_product
from tests.statements import statements

pytestmark = pytest.mark.anyio

_PLAIN = select(Product.id, Product.title, Product.tags, Product.created_at).where(
    Product.title == bindparam("title")
)
TITLED = HotStatement(_PLAIN)
COUNT = HotStatement(select(func.count().label("number")).select_from(Product))
JSON = HotStatement(text("SELECT CAST(:given AS jsonb) AS given, CAST(NULL AS jsonb) AS none"))
ADD_CATEGORY = HotStatement(
    text("INSERT INTO category (id, slug, name) VALUES (gen_random_uuid(), :slug, 'Cups')")
)
BACKEND = HotStatement(text("SELECT pg_backend_pid() AS pid"))
SLEEP = HotStatement(text("SELECT pg_sleep(30)"))


@pytest.fixture
async def lone(settings: Settings) -> AsyncIterator[Database]:
    """With one connection: whoever comes next gets the same one."""
    db = Database(settings.app_database_url, pool_size=1)
    yield db
    await db.close()


async def test_rows_are_those_of_the_ordinary_way(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, title="Cup")
    async with db.tenant_read(tenant) as tx:
        [hot] = await tx.rows(TITLED, {"title": "Cup"})
        [plain] = (await tx.execute(_PLAIN, {"title": "Cup"})).all()
    assert tuple(hot) == tuple(plain)
    assert (hot.title, hot.created_at) == (plain.title, plain.created_at)


async def test_each_shop_sees_its_own(db: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    async with db.tenant(other_tenant) as tx:
        await make_product(tx, title="Somebody else's")
    async with db.tenant_read(tenant) as tx:
        assert await tx.rows(TITLED, {"title": "Somebody else's"}) == []
    async with db.tenant_read(other_tenant) as tx:
        assert len(await tx.rows(TITLED, {"title": "Somebody else's"})) == 1


async def test_what_was_added_before_is_there(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        before = (await tx.rows(COUNT))[0].number
        tx.add(Product(id=new_id(), slug="late", title="Late", description=""))
        assert (await tx.rows(COUNT))[0].number == before + 1


async def test_json_comes_decoded(db: Database, tenant: Tenant) -> None:
    async with db.tenant_read(tenant) as tx:
        assert await tx.rows(JSON, {"given": '{"a": [1]}'}) == [({"a": [1]}, None)]


async def test_parameter_of_another_statement_is_refused(db: Database, tenant: Tenant) -> None:
    async with db.tenant_read(tenant) as tx:
        with pytest.raises(KeyError):
            await tx.rows(COUNT, {"title": "Cup"})


async def test_it_is_counted(db: Database, tenant: Tenant) -> None:
    with statements(db) as sent:
        async with db.tenant_read(tenant) as tx:
            await tx.rows(COUNT)
            await tx.rows(COUNT)
    assert len(sent) == 2


async def test_nothing_is_written_where_only_reading_is_allowed(
    db: Database, tenant: Tenant
) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with db.tenant_read(tenant) as tx:
            await tx.rows(ADD_CATEGORY, {"slug": "cups"})
    assert getattr(refused.value.orig, "sqlstate", None) == "25006"


async def test_broken_rule_of_the_database_is_the_usual_error_and_undoes_all(
    db: Database, tenant: Tenant
) -> None:
    with pytest.raises(IntegrityError):
        async with db.tenant(tenant) as tx:
            await tx.rows(ADD_CATEGORY, {"slug": "cups"})
            await tx.rows(ADD_CATEGORY, {"slug": "cups"})
    async with db.tenant_read(tenant) as tx:
        assert await tx.scalar(select(func.count()).where(Category.slug == "cups")) == 0


async def test_attempt_that_fails_leaves_the_rest(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        await tx.rows(ADD_CATEGORY, {"slug": "mugs"})
        with pytest.raises(IntegrityError):
            async with tx.attempt():
                await tx.rows(ADD_CATEGORY, {"slug": "mugs"})
    async with db.tenant_read(tenant) as tx:
        assert await tx.scalar(select(func.count()).where(Category.slug == "mugs")) == 1


async def test_lost_connection_is_not_given_to_the_next_one(
    lone: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    with pytest.raises(DBAPIError) as lost:
        async with lone.tenant_read(tenant) as tx:
            [row] = await tx.rows(BACKEND)
            await owner.execute("SELECT pg_terminate_backend($1)", row.pid)
            await tx.rows(COUNT)
    assert lost.value.connection_invalidated
    async with lone.tenant_read(tenant) as tx:
        assert await tx.rows(COUNT)


async def test_who_goes_away_in_the_middle_leaves_nothing_behind(
    lone: Database, tenant: Tenant
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), lone.tenant(tenant) as tx:
            await tx.rows(ADD_CATEGORY, {"slug": "bowls"})
            await tx.rows(SLEEP)
    async with lone.tenant_read(tenant) as tx:
        assert await tx.scalar(select(func.count()).where(Category.slug == "bowls")) == 0


async def test_table_that_was_changed_under_it_is_read_anew(
    lone: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    statement = HotStatement(text("SELECT * FROM probe"))
    await owner.execute(
        f"CREATE TABLE {tenant.schema}.probe AS SELECT 1 AS a;"
        f" GRANT SELECT ON {tenant.schema}.probe TO {tenant.schema}"
    )
    async with lone.tenant_read(tenant) as tx:
        assert await tx.rows(statement) == [(1,)]
    await owner.execute(f"ALTER TABLE {tenant.schema}.probe ALTER a TYPE text")
    with pytest.raises(DBAPIError):
        async with lone.tenant_read(tenant) as tx:
            await tx.rows(statement)
    async with lone.tenant_read(tenant) as tx:
        assert await tx.rows(statement) == [("1",)]
    await owner.execute(f"DROP TABLE {tenant.schema}.probe")
