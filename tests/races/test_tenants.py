"""Two people at the same moment: one address, one schema, one bot, one code, one refresh token."""

import asyncio
from collections import Counter

import asyncpg
import pytest
from sqlalchemy import text

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.tx import PlatformTx
from kram.kit.ids import new_id, public_code
from kram.tenants import bots, links, sessions, shops
from kram.tenants.errors import BotTaken, LinkCodeRefused, SlugTaken, TelegramAccountTaken
from kram.tenants.models import LinkPurpose, Merchant, Shop
from kram.tenants.schema.provision import make_schema
from kram.tenants.sessions import OpenSession
from tests.factories.tenants import bot_identity, make_merchant, new_telegram_id

pytestmark = pytest.mark.anyio

RUNNERS = 8


async def make_spares(owner: asyncpg.Connection, count: int) -> None:
    for _ in range(count):
        await make_schema(owner)


async def merchants(db: Database, count: int) -> list[Merchant]:
    async with db.platform() as tx:
        return [await make_merchant(tx) for _ in range(count)]


async def open_shop(db: Database, merchant: Merchant, slug: str | None, name: str) -> str:
    async with db.platform() as tx:
        shop = await shops.create_shop(tx, merchant.id, name, slug, "UAH", "uk")
        await asyncio.sleep(0.01)
        return shop.schema


async def test_of_many_claims_of_one_address_one_wins(
    db: Database, owner: asyncpg.Connection
) -> None:
    await make_spares(owner, RUNNERS)
    slug = f"race-{public_code().lower()}"
    people = await merchants(db, RUNNERS)
    results = await asyncio.gather(
        *(open_shop(db, person, slug, "Kvitka") for person in people), return_exceptions=True
    )
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, SlugTaken) for result in results) == RUNNERS - 1
    claimed = await owner.fetchval(
        "SELECT count(*) FROM platform.tenant_schema t JOIN platform.shop s ON s.id = t.shop_id"
        " WHERE s.slug = $1",
        slug,
    )
    assert claimed == 1


async def test_shops_of_one_name_opened_together_all_open_in_schemas_of_their_own(
    db: Database, owner: asyncpg.Connection
) -> None:
    await make_spares(owner, RUNNERS)
    name = f"Race {public_code()}"
    people = await merchants(db, RUNNERS)
    schemas = await asyncio.gather(*(open_shop(db, person, None, name) for person in people))
    assert len(set(schemas)) == RUNNERS


async def unguarded_claim(tx: PlatformTx, shop_id: object) -> str:
    """What claiming would be without the lock: look for a spare one, then take it."""
    spare: str = await tx.scalar(
        text("SELECT name FROM tenant_schema WHERE shop_id IS NULL ORDER BY created_at LIMIT 1")
    )
    await asyncio.sleep(0.05)
    await tx.execute(
        text("UPDATE tenant_schema SET shop_id = :shop WHERE name = :name"),
        {"shop": shop_id, "name": spare},
    )
    return spare


async def test_control_without_the_lock_two_shops_take_one_schema(
    db: Database, owner: asyncpg.Connection
) -> None:
    await make_spares(owner, RUNNERS)

    async def claim() -> str:
        async with db.platform() as tx:
            return await unguarded_claim(tx, new_id())

    schemas = await asyncio.gather(*(claim() for _ in range(RUNNERS)))
    assert len(set(schemas)) < RUNNERS
    await owner.execute("DELETE FROM platform.tenant_schema WHERE name = ANY($1)", schemas)


async def test_two_shops_cannot_take_one_bot(
    db: Database, shop: Shop, other_shop: Shop, keys: KeyRing
) -> None:
    identity = bot_identity(telegram_id=new_telegram_id())

    async def connect(shop: Shop) -> str:
        async with db.platform() as tx:
            await bots.connect_bot(tx, shop.id, "1:token", identity, keys)
            await asyncio.sleep(0.02)
            return "connected"

    results = await asyncio.gather(connect(shop), connect(other_shop), return_exceptions=True)
    kinds = Counter(result if isinstance(result, str) else type(result) for result in results)
    assert kinds == {"connected": 1, BotTaken: 1}


async def test_a_code_presented_twice_at_once_works_once(db: Database, shop: Shop) -> None:
    async with db.platform() as tx:
        merchant = await make_merchant(tx)
        code = await links.issue_code(tx, shop.id, merchant.id, LinkPurpose.ACCOUNT)

    async def link(telegram_id: int) -> int:
        async with db.platform() as tx:
            await links.link_account(tx, shop.id, code, telegram_id)
            return telegram_id

    first = new_telegram_id()
    results = await asyncio.gather(
        *(link(first + step) for step in range(RUNNERS)), return_exceptions=True
    )
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, LinkCodeRefused) for result in results) == RUNNERS - 1


async def test_two_merchants_cannot_take_one_telegram_account(db: Database, shop: Shop) -> None:
    async with db.platform() as tx:
        codes = [
            await links.issue_code(tx, shop.id, (await make_merchant(tx)).id, LinkPurpose.ACCOUNT)
            for _ in range(2)
        ]
    telegram_id = new_telegram_id()

    async def link(code: str) -> str:
        async with db.platform() as tx:
            await links.link_account(tx, shop.id, code, telegram_id)
            await asyncio.sleep(0.02)
            return "linked"

    results = await asyncio.gather(*(link(code) for code in codes), return_exceptions=True)
    kinds = Counter(result if isinstance(result, str) else type(result) for result in results)
    assert kinds == {"linked": 1, TelegramAccountTaken: 1}


async def test_tabs_that_refresh_together_get_one_successor(db: Database) -> None:
    async with db.platform() as tx:
        merchant = await make_merchant(tx)
        session = await sessions.open_session(tx, merchant.id, "Firefox")

    async def refresh() -> OpenSession | None:
        async with db.platform() as tx:
            return await sessions.rotate(tx, session.refresh_token, b"k" * 32)

    results = await asyncio.gather(*(refresh() for _ in range(RUNNERS)))
    tokens = {result.refresh_token for result in results if result}
    assert len(tokens) == 1
    assert None not in results
