"""What the bot reads of its settings can be written in the dashboard, and nothing else."""

from typing import Any

import pytest

from kram.integrations.telegram.settings import (
    AutoReply,
    BotSettings,
    CustomCommand,
    read_settings,
    save_settings,
)
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.tenants import bots
from kram.tenants.models import Bot, Role, Shop
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.tenants import make_bot, make_member

pytestmark = pytest.mark.anyio

WRITTEN = BotSettings(
    welcome="Hello!\nWe are open.",
    support="Call 044 123-45-67",
    terms="Returns: 14 days",
    shows_orders=False,
    commands=(CustomCommand("hours", "When we work", "9-18"),),
    auto_replies=(AutoReply(("tea", "чай"), "We have tea"),),
)
FIELDS: dict[str, Any] = {
    "welcome": " Hello!\r\nWe are open. ",
    "support": WRITTEN.support,
    "terms": WRITTEN.terms,
    "command": [" /Hours ", ""],
    "description": ["When we work", ""],
    "command_reply": ["9-18", ""],
    "words": ["tea, чай ,", ""],
    "word_reply": ["We have tea", ""],
}


async def stored(db: Database, shop: Shop) -> BotSettings:
    async with db.platform() as tx:
        bot = await bots.bot_of_shop(tx, shop.id)
    assert bot is not None
    return read_settings(bot.settings)


@pytest.fixture
async def bot(db: Database, shop: Shop, keys: KeyRing) -> Bot:
    async with db.platform() as tx:
        return await make_bot(tx, shop, keys)


@pytest.mark.usefixtures("bot")
async def test_what_is_written_is_what_the_bot_reads(
    browser: Browser, dashboard: Dashboard, db: Database, shop: Shop, path: str
) -> None:
    page = await browser.send_on(f"{path}/bot/settings", FIELDS)
    assert "Saved: the bot follows in a moment" in shown(page)
    assert await stored(db, shop) == WRITTEN
    assert dashboard.telegram.woken == 1


@pytest.mark.usefixtures("bot")
async def test_the_page_shows_what_is_stored_and_sends_it_back_unchanged(
    browser: Browser, db: Database, shop: Shop, path: str
) -> None:
    async with db.platform() as tx:
        await save_settings(tx, shop.id, WRITTEN)
    page = (await browser.get(f"{path}/bot/settings")).text
    for part in ("We are open.", 'value="hours"', "9-18</textarea>", 'value="tea, чай"'):
        assert part in page
    assert 'value="yes" checked' not in page
    await browser.send_on(f"{path}/bot/settings", {**FIELDS, "shows_orders": "yes"})
    assert (await stored(db, shop)).shows_orders is True
    assert 'value="yes" checked' in (await browser.get(f"{path}/bot/settings")).text


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"command": ["start"]}, "command-0", "The bot has this command already"),
        ({"command": ["години"]}, "command-0", "Use 1 to 32 letters a-z"),
        ({"command_reply": [" "]}, "command-reply-0", "Fill this in"),
        ({"words": [" , "], "word_reply": ["Yes"]}, "words-0", "Write the words to answer to"),
        ({"word_reply": ["x" * 1001]}, "word-reply-0", "Make this shorter"),
        ({"terms": "x" * 1001}, "terms", "Make this shorter"),
    ],
)
async def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(
    browser: Browser,
    db: Database,
    shop: Shop,
    path: str,
    changes: dict[str, Any],
    field: str,
    words: str,
) -> None:
    answer = await browser.send(f"{path}/bot/settings", {**FIELDS, **changes})
    assert answer.status_code == 422
    assert f'id="{field}-error">{words}' in answer.text
    assert "We are open." in answer.text
    assert await stored(db, shop) == BotSettings()


@pytest.mark.usefixtures("bot")
async def test_a_fault_is_found_by_its_row_though_blank_ones_stood_before_it(
    browser: Browser, path: str
) -> None:
    changes = {
        "command": ["", "hours", "start"],
        "description": ["", "When", "Begin"],
        "command_reply": ["", "9-18", "Hi"],
    }
    answer = await browser.send(f"{path}/bot/settings", {**FIELDS, **changes})
    assert 'id="command-1-error"' in answer.text
    assert 'id="command-0-error"' not in answer.text
    assert 'id="command-1" name="command" value="start"' in answer.text


async def test_without_a_bot_one_is_to_be_connected_first(browser: Browser, path: str) -> None:
    answer = await browser.get(f"{path}/bot/settings", follow_redirects=True)
    assert "Connect the shop's bot first" in shown(answer)
    answer = await browser.send(f"{path}/bot/settings", FIELDS)
    assert answer.status_code == 404
    assert "Connect the shop's bot first" in shown(answer)


@pytest.mark.usefixtures("bot")
async def test_only_the_owner_writes_for_the_bot(
    dashboard: Dashboard, db: Database, shop: Shop, path: str
) -> None:
    async with db.platform() as tx:
        manager = await make_member(tx, shop, Role.MANAGER, language="en")
    async with dashboard.browser() as browser:
        await browser.enter(manager.id)
        assert (await browser.get(f"{path}/bot/settings")).status_code == 403
        assert (await browser.send(f"{path}/bot/settings", FIELDS)).status_code == 403
    assert await stored(db, shop) == BotSettings()


async def test_another_shops_bot_keeps_its_words(
    browser: Browser, db: Database, shop: Shop, other_shop: Shop, keys: KeyRing, path: str
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
        await make_bot(tx, other_shop, keys)
    await browser.send_on(f"{path}/bot/settings", FIELDS)
    assert await stored(db, other_shop) == BotSettings()
