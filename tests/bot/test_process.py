"""The bots' process as a whole."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kram.bot.process import serve_bots
from kram.integrations.telegram.connector import BotConnector
from kram.integrations.telegram.settings import BotSettings, CustomCommand, save_settings
from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.bots import ShopInTown, Stand, until

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def no_other_bots(db: Database) -> None:
    """Other tests' bots live in another Telegram."""
    async with db.platform() as tx:
        await tx.execute(text("DELETE FROM platform.bot"))


@asynccontextmanager
async def process(stand: Stand, **needs: Any) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_bots(replace(stand.needs, **needs), stop))
        yield
        stop.set()


async def test_a_start_asks_telegram_nothing_and_a_stop_is_quick(
    kvitka: ShopInTown, inshyi: ShopInTown, stand: Stand
) -> None:
    calls = len(stand.telegram.calls.find())
    async with process(stand):
        await asyncio.sleep(0.8)
        assert len(stand.telegram.calls.find()) == calls
        ivan = await kvitka.person()
        await kvitka.starts(ivan)
        await kvitka.reply(ivan)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 5


async def test_an_update_wakes_the_bots_at_once(kvitka: ShopInTown, stand: Stand) -> None:
    """The lanes poll once a second; ten answers in a row would show it."""
    ivan = await kvitka.person()
    async with process(stand):
        await kvitka.starts(ivan)
        await kvitka.reply(ivan)
        started = time.monotonic()
        for number in range(3):
            await kvitka.says(ivan, "/terms")
            await kvitka.reply(ivan, 2 + number)
        assert time.monotonic() - started < 2.5


async def test_a_bot_that_was_just_connected_is_set_up_by_itself(stand: Stand, shop: Shop) -> None:
    async with process(stand), httpx.AsyncClient() as http:
        place = await stand.open(shop, configured=False)
        await BotConnector(stand.needs.telegram_api_url, http, stand.redis).configure()
        await until(lambda: _configured(place))
    assert len(place.calls("setWebhook")) == 1


async def test_without_a_public_address_updates_are_asked_for(stand: Stand, shop: Shop) -> None:
    async with process(stand, polls=True, public_url="https://nowhere.invalid"):
        place = await stand.open(shop, configured=False)
        await until(lambda: _configured(place))
        ivan = await place.person()
        await place.starts(ivan)
        await place.reply(ivan)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 5
    assert place.calls("setWebhook") == []


async def _configured(place: ShopInTown) -> bool:
    return (await place.bot_row()).configured_at is not None


async def test_saved_settings_renew_the_menu_and_drop_no_update(
    kvitka: ShopInTown, stand: Stand
) -> None:
    settings = BotSettings(commands=(CustomCommand("hours", "When we work", "9-18"),))
    async with stand.db.platform() as tx:
        await save_settings(tx, kvitka.shop.id, settings)
    await stand.bots.upkeep.configure(kvitka.shop.id)
    last = kvitka.calls("setMyCommands")[-1]
    assert "hours" in last.params["commands"]
    again = kvitka.calls("setWebhook")[-1]
    assert again.params.get("drop_pending_updates") not in (True, "true")
