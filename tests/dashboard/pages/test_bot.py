import re

import pytest
from redis.asyncio import Redis

from kram.app.settings import Settings
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.tenants import bots, links
from kram.tenants.models import Bot, BotState, Merchant, Shop
from tests.factories.dashboard import Browser, Dashboard, open_dashboard, shown
from tests.factories.tenants import bot_identity, make_bot, new_telegram_id

pytestmark = pytest.mark.anyio

TOKEN = "7000000001:AAF-a-token-from-botfather"


async def bot_of(db: Database, shop: Shop) -> Bot | None:
    async with db.platform() as tx:
        return await bots.bot_of_shop(tx, shop.id)


async def test_a_pasted_token_connects_the_bot(
    browser: Browser, dashboard: Dashboard, db: Database, shop: Shop, keys: KeyRing, path: str
) -> None:
    dashboard.telegram.tokens[TOKEN] = bot_identity(new_telegram_id())
    page = await browser.send_on(f"{path}/bot", {"token": f" {TOKEN}\n"})
    assert "The bot is connected" in shown(page)
    assert "@kvitka_bot Being set up…" in shown(page)
    assert TOKEN not in page
    bot = await bot_of(db, shop)
    assert bot is not None
    assert bots.token_of(bot, keys) == TOKEN
    assert dashboard.telegram.woken == 1


async def test_the_state_is_asked_for_until_telegram_knows_the_webhook(
    browser: Browser, db: Database, shop: Shop, keys: KeyRing, path: str
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
    waiting = (await browser.get(f"{path}/bot/state")).text
    assert "hx-trigger=" in waiting
    assert "Telegram is being told where to send them" in waiting
    async with db.platform() as tx:
        await bots.arm(tx, shop.id, bots.new_secret(), configured=True)
    settled = (await browser.get(f"{path}/bot/state")).text
    assert "hx-trigger=" not in settled
    assert "Working" in settled
    assert "Telegram sends them since" in settled


async def test_updates_that_are_fetched_are_not_said_to_be_sent(
    db: Database, settings: Settings, valkey: Redis, merchant: Merchant, shop: Shop, keys: KeyRing
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
        await bots.arm(tx, shop.id, bots.new_secret(), configured=True)
    async with (
        open_dashboard(db, settings, valkey, bots_poll=True) as dashboard,
        dashboard.browser() as browser,
    ):
        await browser.enter(merchant.id)
        for page in ("bot", "bot/state"):
            words = shown(await browser.get(f"/dashboard/{shop.slug}/{page}"))
            assert "Kram fetches them from Telegram since" in words
            assert "Telegram sends them" not in words


async def test_a_token_that_telegram_refuses_connects_nothing(
    browser: Browser, dashboard: Dashboard, db: Database, shop: Shop, path: str
) -> None:
    answer = await browser.send(f"{path}/bot", {"token": "123:wrong"})
    assert answer.status_code == 422
    assert "Telegram does not accept this token" in shown(answer)
    assert "123:wrong" not in answer.text
    assert await bot_of(db, shop) is None
    assert dashboard.telegram.woken == 0


async def test_a_bot_of_another_shop_is_refused(
    browser: Browser,
    dashboard: Dashboard,
    db: Database,
    shop: Shop,
    other_shop: Shop,
    keys: KeyRing,
    path: str,
) -> None:
    async with db.platform() as tx:
        taken = await make_bot(tx, other_shop, keys)
    dashboard.telegram.tokens[TOKEN] = bot_identity(taken.telegram_id)
    answer = await browser.send(f"{path}/bot", {"token": TOKEN})
    assert answer.status_code == 409
    assert "This bot already serves another shop" in shown(answer)
    assert await bot_of(db, shop) is None


async def test_a_dead_token_asks_for_a_new_one(
    browser: Browser, db: Database, shop: Shop, keys: KeyRing, path: str
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
        await bots.mark(tx, shop.id, BotState.TOKEN_INVALID)
    page = shown(await browser.get(f"{path}/bot"))
    assert "Token no longer valid" in page
    assert "take a new one from BotFather" in page


async def test_a_code_for_the_staffs_group_is_shown_once_and_works(
    browser: Browser, db: Database, shop: Shop, keys: KeyRing, path: str
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
    answer = await browser.send(f"{path}/bot/staff-code")
    found = re.search(r'id="link-code">([0-9A-Z]{16})<', answer.text)
    assert found is not None
    assert f"startgroup=staff_{found[1]}" in answer.text
    assert answer.headers["hx-push-url"] == f"{path}/bot"
    assert found[1] not in (await browser.get(f"{path}/bot")).text
    async with db.platform() as tx:
        await links.link_staff_chat(tx, shop.id, found[1], -100500)
    bot = await bot_of(db, shop)
    assert bot is not None
    assert bot.staff_chat_id == -100500


async def test_a_code_for_ones_own_account_makes_the_bot_know_the_merchant(
    browser: Browser, db: Database, shop: Shop, merchant: Merchant, keys: KeyRing, path: str
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
    answer = await browser.send(f"{path}/bot/account-code")
    found = re.search(r"start=staff_([0-9A-Z]{16})", answer.text)
    assert found is not None
    async with db.platform() as tx:
        linked = await links.link_account(tx, shop.id, found[1], new_telegram_id())
    assert linked.id == merchant.id
    assert "the bot knows you as the staff" in shown(await browser.get(f"{path}/bot"))


async def test_without_a_bot_there_is_no_code(browser: Browser, path: str) -> None:
    answer = await browser.send(f"{path}/bot/staff-code")
    assert answer.status_code == 404
    assert "Connect the shop's bot first" in shown(answer)
