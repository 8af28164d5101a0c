"""What tests are done with is handed out again only if it is like new."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.conftest import new_shop
from tests.factories.orders import make_order
from tests.schemas import Wardrobe

pytestmark = pytest.mark.anyio


@pytest.fixture
async def worn(db: Database, owner: asyncpg.Connection) -> Shop:
    """Of a shop that sold something, and which no other test will meet."""
    shop = await new_shop(db, owner)
    async with db.tenant(shop.tenant) as tx:
        await make_order(tx)
    return shop


@pytest.fixture
async def stranger(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def taken(owner: asyncpg.Connection, worn: Shop) -> str:
    wardrobe = Wardrobe()
    wardrobe.put(worn.schema, worn.id)
    return await wardrobe.take(owner)


async def test_a_worn_schema_comes_back_empty_with_the_rows_it_was_made_with(
    owner: asyncpg.Connection, worn: Shop
) -> None:
    counter = f"SELECT * FROM {worn.schema}.order_counter"
    assert await owner.fetchval(f"SELECT count(*) FROM {worn.schema}.orders") == 1
    assert await taken(owner, worn) == worn.schema
    assert await owner.fetchval(f"SELECT count(*) FROM {worn.schema}.orders") == 0
    assert len(await owner.fetch(counter)) == 1
    known = "SELECT count(*) FROM platform.shop WHERE id = $1"
    assert await owner.fetchval(known, worn.id) == 0


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE {0}.stock DROP CONSTRAINT {1}",
        "ALTER TABLE {0}.orders ADD COLUMN more int",
        "ALTER TABLE {0}.orders ALTER COLUMN recipient DROP NOT NULL",
        "ALTER TABLE {0}.orders DISABLE TRIGGER ALL",
        "GRANT DELETE ON {0}.stock_move TO {0}",
        "DROP INDEX {0}.ix_promo_use_order",
        "ALTER ROLE {0} SET statement_timeout = 1",
        "CREATE TABLE {0}.another (id int)",
    ],
)
async def test_one_that_was_changed_does_not_come_back(
    owner: asyncpg.Connection, worn: Shop, change: str
) -> None:
    check = await owner.fetchval(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'c'",
        f"{worn.schema}.stock",
    )
    await owner.execute(change.format(worn.schema, check))
    assert await taken(owner, worn) != worn.schema


async def test_one_that_somebody_still_uses_does_not_come_back(
    owner: asyncpg.Connection, stranger: asyncpg.Connection, worn: Shop
) -> None:
    async with stranger.transaction():
        await stranger.execute(f"UPDATE {worn.schema}.orders SET recipient = 'Olena'")
        assert await taken(owner, worn) != worn.schema
