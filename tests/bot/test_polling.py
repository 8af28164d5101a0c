"""Polling feeds the same inbox as the webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import text

from kram.bot.polling import Polling
from kram.kit.db.database import Database
from kram.kit.valkey import BOTS_CHANNEL, Waker
from kram.tenants.models import Shop
from tests.factories.bots import ShopInTown, Stand, until, working

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def no_other_bots(db: Database) -> None:
    """Polling asks for every bot there is; other tests' bots live in another Telegram."""
    async with db.platform() as tx:
        await tx.execute(text("DELETE FROM platform.bot"))


@asynccontextmanager
async def polled(stand: Stand) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with httpx.AsyncClient(timeout=40) as http, asyncio.TaskGroup() as group:
        polling = Polling(
            stand.db,
            stand.bots.directory,
            http,
            stand.needs.telegram_api_url,
            Waker(stand.redis, BOTS_CHANNEL),
            stand.bots.upkeep.setup.dress,
        )
        group.create_task(polling.run(stop))
        yield
        stop.set()


async def test_polled_updates_are_stored_and_answered(
    kvitka: ShopInTown, inshyi: ShopInTown, stand: Stand
) -> None:
    """The webhook gives way, what waited comes, and each update comes once."""
    ivan = await kvitka.person()
    async with polled(stand), working(stand):
        await until(lambda: _gone(kvitka))
        for place in (kvitka, inshyi):
            for words in ("/start", "/help", "/terms"):
                await place.says(ivan, words)
        for place in (kvitka, inshyi):
            await place.reply(ivan, 3)
            await stand.quiet(place.shop)
    for place in (kvitka, inshyi):
        rows = await stand.rows(place.shop)
        assert [row.ordering_key for row in rows] == [str(ivan)] * 3
        numbers = [int(row.external_id) for row in rows]
        assert numbers == sorted(set(numbers))
        assert len(await place.said_in(place.chat(ivan))) == 3


async def _gone(place: ShopInTown) -> bool:
    bots = await place.stand.look("bots")
    (bot,) = [bot for bot in bots if bot["id"] == place.bot_id]
    return bot["webhook_url"] is None


async def test_a_bot_connected_meanwhile_is_taken_up_without_a_webhook(
    stand: Stand, shop: Shop
) -> None:
    place = await stand.open(shop, configured=False)
    await place.starts(await place.person())
    async with polled(stand):
        await until(lambda: stand.rows(shop))
    assert place.calls("setWebhook") == []
    assert len(place.calls("setChatMenuButton")) == 1
