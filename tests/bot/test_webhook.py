"""What Telegram's server is answered."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.ids import opaque_token
from kram.kit.valkey import BOTS_CHANNEL, connect
from kram.tenants.bots import arm, mark
from kram.tenants.models import Bot, BotState, Shop
from tests.factories.bots import asgi_client, webhook_app
from tests.factories.tenants import make_bot

pytestmark = pytest.mark.anyio

SECRET = "s3cret_of_this_bot"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def bot(db: Database, shop: Shop, keys: KeyRing) -> Bot:
    async with db.platform() as tx:
        bot = await make_bot(tx, shop, keys)
        await arm(tx, shop.id, SECRET, configured=True)
        return bot


@pytest.fixture
async def http(db: Database, valkey: Redis) -> AsyncIterator[httpx.AsyncClient]:
    async with asgi_client(webhook_app(db, valkey)) as client:
        yield client


def update(number: int = 1, chat: int = 77) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": chat}, "date": 1}}


async def send(
    http: httpx.AsyncClient, bot: Bot, body: Any = None, **headers: str | bytes
) -> httpx.Response:
    given = headers or {HEADER: SECRET}
    return await http.post(f"/tg/{bot.public_id}", json=body or update(), headers=given)


async def stored(db: Database, shop: Shop) -> list[Any]:
    query = text("SELECT * FROM relay.inbox WHERE tenant_id = :shop ORDER BY id")
    async with db.platform() as tx:
        return list(await tx.execute(query, {"shop": shop.id}))


async def test_an_update_is_stored_before_it_is_answered(
    db: Database, shop: Shop, other_shop: Shop, bot: Bot, http: httpx.AsyncClient
) -> None:
    answer = await send(http, bot)
    assert answer.status_code == 200
    (row,) = await stored(db, shop)
    assert (row.kind, row.source, row.external_id, row.ordering_key) == (
        "telegram",
        f"tg:{bot.telegram_id}",
        "1",
        "77",
    )
    assert msgspec.json.decode(row.body) == update()
    assert await stored(db, other_shop) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Other": "1"},
        {HEADER: ""},
        {HEADER: SECRET[:-1]},
        {HEADER: "ключ".encode()},
        {HEADER: b"\xff\xfe"},
    ],
)
async def test_a_missing_wrong_or_unreadable_secret_is_401_and_stores_nothing(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient, headers: Any
) -> None:
    answer = await http.post(f"/tg/{bot.public_id}", json=update(), headers=headers)
    assert answer.status_code == 401
    assert await stored(db, shop) == []


async def test_another_bots_secret_is_of_no_use(
    db: Database,
    shop: Shop,
    other_shop: Shop,
    bot: Bot,
    keys: KeyRing,
    http: httpx.AsyncClient,
) -> None:
    async with db.platform() as tx:
        other = await make_bot(tx, other_shop, keys)
        await arm(tx, other_shop.id, "another_secret", configured=True)
    answer = await send(http, other, **{HEADER: SECRET})
    assert answer.status_code == 401
    assert await stored(db, other_shop) == []


async def test_an_unknown_address_is_404_and_a_removed_bot_410(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient
) -> None:
    unknown = await http.post(f"/tg/{opaque_token(160)}", json=update(), headers={HEADER: SECRET})
    assert unknown.status_code == 404
    async with db.platform() as tx:
        await mark(tx, shop.id, BotState.REMOVED)
    assert (await send(http, bot)).status_code == 410
    assert await stored(db, shop) == []


async def test_a_body_over_a_megabyte_is_413(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient
) -> None:
    huge = {**update(), "padding": "x" * 1_000_001}
    assert (await send(http, bot, huge)).status_code == 413
    assert await stored(db, shop) == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"update_id": "x"}', b"\xff"])
async def test_what_is_no_update_is_refused(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient, body: bytes
) -> None:
    answer = await http.post(f"/tg/{bot.public_id}", content=body, headers={HEADER: SECRET})
    assert answer.status_code == 422
    assert await stored(db, shop) == []


async def test_the_same_update_ten_times_at_once_is_stored_once(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(send(http, bot) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await stored(db, shop)) == 1


async def test_numbers_may_jump_back_after_a_quiet_week(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient
) -> None:
    for number in (900_000, 5, 900_001):
        assert (await send(http, bot, update(number))).status_code == 200
    assert [row.external_id for row in await stored(db, shop)] == ["900000", "5", "900001"]


async def test_two_bots_may_use_the_same_number(
    db: Database, shop: Shop, other_shop: Shop, bot: Bot, keys: KeyRing, http: httpx.AsyncClient
) -> None:
    async with db.platform() as tx:
        other = await make_bot(tx, other_shop, keys)
        await arm(tx, other_shop.id, "another_secret", configured=True)
    assert (await send(http, bot)).status_code == 200
    assert (await send(http, other, **{HEADER: "another_secret"})).status_code == 200
    assert len(await stored(db, shop)) == len(await stored(db, other_shop)) == 1


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"message": {"chat": {"id": -5}}}, "-5"),
        ({"edited_message": {"chat": {"id": 5}}}, "5"),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 9}}}, "5"),
        ({"callback_query": {"id": "1", "from": {"id": 9}}}, "u9"),
        ({"pre_checkout_query": {"id": "1", "from": {"id": 9}}}, "c9"),
        ({"shipping_query": {"id": "1", "from": {"id": 9}}}, "c9"),
        ({"purchased_paid_media": {"from": {"id": 9}}}, "9"),
        ({"subscription": {"user": {"id": 9}}}, "9"),
        ({"inline_query": {"id": "1", "from": {"id": 9}}}, None),
        ({"poll": {"id": "1"}}, None),
    ],
)
async def test_queues_are_telegrams_own(
    db: Database, shop: Shop, bot: Bot, http: httpx.AsyncClient, body: Any, key: str | None
) -> None:
    assert (await send(http, bot, {"update_id": 1, **body})).status_code == 200
    assert [row.ordering_key for row in await stored(db, shop)] == [key]


async def test_without_a_store_telegram_is_asked_to_come_again(valkey: Redis, bot: Bot) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    async with asgi_client(webhook_app(nowhere, valkey)) as http:
        answer = await send(http, bot)
    await nowhere.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


async def test_without_valkey_the_update_is_stored_and_answered(
    db: Database, shop: Shop, bot: Bot
) -> None:
    nowhere = connect("redis://127.0.0.1:1/0")
    async with asgi_client(webhook_app(db, nowhere)) as http:
        assert (await send(http, bot)).status_code == 200
    await nowhere.aclose()
    assert len(await stored(db, shop)) == 1


async def test_the_sleeping_bots_are_woken(
    db: Database, bot: Bot, valkey: Redis, http: httpx.AsyncClient
) -> None:
    async with valkey.pubsub() as channel:
        await channel.subscribe(BOTS_CHANNEL)
        await channel.get_message(timeout=1)
        await send(http, bot)
        heard = await channel.get_message(ignore_subscribe_messages=True, timeout=2)
    assert heard is not None


def test_the_web_process_does_not_load_the_telegram_library() -> None:
    code = (
        "import sys, kram.bot.webhook, kram.integrations.telegram.connector,"
        " kram.integrations.telegram.settings, kram.integrations.telegram.links;"
        " sys.exit('aiogram' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ}, check=False)
    assert done.returncode == 0
