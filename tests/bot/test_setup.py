"""How a bot becomes a shop's."""

import json

import httpx
import pytest
from redis.asyncio import Redis

from kram.bot.assemble import ALLOWED_UPDATES, assemble
from kram.bot.connect import connect_and_configure
from kram.bot.setup import MAX_CONNECTIONS, webhook_secret
from kram.integrations.telegram.connector import BotConnector, TelegramAway
from kram.integrations.telegram.settings import AutoReply, BotSettings, CustomCommand
from kram.kit.crypto import KeyRing
from kram.tenants.bots import secret_matches
from kram.tenants.errors import BotTaken, TokenRefused
from kram.tenants.models import Shop
from tests.factories.bots import ShopInTown, Stand

pytestmark = pytest.mark.anyio


async def test_looks_come_first_and_the_webhook_last(kvitka: ShopInTown) -> None:
    methods = [call.method for call in kvitka.stand.telegram.calls.find(kvitka.bot_id)]
    assert methods[0] == "setChatMenuButton"
    assert methods[-1] == "setWebhook"
    assert methods.count("setMyCommands") == 4
    assert (await kvitka.bot_row()).configured_at is not None


async def test_the_webhook_says_all_it_must(kvitka: ShopInTown) -> None:
    (call,) = kvitka.calls("setWebhook")
    row = await kvitka.bot_row()
    assert call.params["url"].endswith(f"/tg/{row.public_id}")
    assert str(kvitka.bot_id) not in call.params["url"]
    assert kvitka.token not in call.params["url"]
    assert json.loads(call.params["allowed_updates"]) == list(ALLOWED_UPDATES)
    assert int(call.params["max_connections"]) == MAX_CONNECTIONS == 8
    assert secret_matches(row.secret_hash, call.params["secret_token"])
    assert call.params["drop_pending_updates"] in (True, "true")


async def test_looks_are_in_every_language(kvitka: ShopInTown) -> None:
    ivan, olha = await kvitka.person(language="en"), await kvitka.person(language="uk")
    for person in (ivan, olha):
        await kvitka.starts(person)
    english = await kvitka.stand.look(f"chats/{kvitka.chat(ivan)}", user_id=ivan)
    ukrainian = await kvitka.stand.look(f"chats/{kvitka.chat(olha)}", user_id=olha)
    assert english["menu_button"]["web_app"]["url"].endswith(f"/m/{kvitka.shop.slug}/")
    assert english["description"].startswith("Kvitka in Telegram")
    assert ukrainian["description"] != english["description"]
    names = [command["command"] for command in english["commands"]]
    assert names == ["start", "orders", "language", "support", "terms", "help"]


async def test_setting_up_again_changes_nothing_and_drops_nothing(kvitka: ShopInTown) -> None:
    before = await kvitka.bot_row()
    await kvitka.stand.bots.upkeep.configure(kvitka.shop.id)
    first, second = kvitka.calls("setWebhook")
    assert second.params["secret_token"] == first.params["secret_token"]
    assert second.params.get("drop_pending_updates") not in (True, "true")
    assert (await kvitka.bot_row()).secret_hash == before.secret_hash


async def test_a_new_token_of_the_same_bot_loses_no_update(
    kvitka: ShopInTown, keys: KeyRing
) -> None:
    stand = kvitka.stand
    renewed = await stand.control(f"bots/{kvitka.bot_id}/token")
    await connect_and_configure(stand.needs, kvitka.shop.id, renewed["token"])
    last = kvitka.calls("setWebhook")[-1]
    assert last.params.get("drop_pending_updates") not in (True, "true")
    assert secret_matches((await kvitka.bot_row()).secret_hash, webhook_secret(keys, kvitka.bot_id))


async def test_a_bot_that_cannot_be_set_up_waits_for_its_next_turn(
    stand: Stand, shop: Shop
) -> None:
    place = await stand.open(shop, configured=False)
    await stand.fault(kind="server_error", method="setWebhook")
    await stand.bots.upkeep.configure(shop.id)
    assert (await place.bot_row()).configured_at is None
    await stand.bots.upkeep.configure(shop.id)
    assert (await place.bot_row()).configured_at is not None


async def test_a_refused_nicety_does_not_stop_the_webhook(stand: Stand, shop: Shop) -> None:
    place = await stand.open(shop, configured=False)
    await stand.fault(kind="refusal", code=400, method="setMyDescription", times=9)
    await stand.fault(kind="flood", method="setMyName", retry_after=1)
    await stand.bots.upkeep.configure(shop.id)
    assert (await place.bot_row()).configured_at is not None


async def test_a_webhook_is_set_again_only_when_it_differs(kvitka: ShopInTown) -> None:
    setup, directory = kvitka.stand.bots.upkeep.setup, kvitka.stand.bots.directory
    shop = await directory.of_shop(kvitka.shop.id)
    assert shop is not None
    assert not await setup.reconcile(shop)
    assert len(kvitka.calls("setWebhook")) == 1
    await kvitka.stand.http.post(f"/bot{kvitka.token}/deleteWebhook", json={})
    shop = await directory.of_shop(kvitka.shop.id)
    assert shop is not None
    assert await setup.reconcile(shop)
    again = kvitka.calls("setWebhook")[-1]
    assert again.params.get("drop_pending_updates") not in (True, "true")
    assert not await setup.reconcile(shop)


def test_what_is_asked_of_telegram_covers_every_handler() -> None:
    settings = BotSettings(
        commands=(CustomCommand("hours", "When", "9-18"),),
        auto_replies=(AutoReply(("tea",), "yes"),),
    )
    assert set(assemble(settings).resolve_used_update_types()) <= set(ALLOWED_UPDATES)
    assert len(set(ALLOWED_UPDATES)) == len(ALLOWED_UPDATES) == 9


# --- the pasted token -------------------------------------------------------------------------


async def test_a_good_token_says_whose_it_is(stand: Stand, redis_url: str) -> None:
    made = await stand.control("bots", name="Mlyn", username="mlyn_bot")
    async with httpx.AsyncClient() as http:
        connector = BotConnector(stand.needs.telegram_api_url, http, stand.redis)
        identity = await connector.connect(f"  {made['token']}\n")
    assert (identity.telegram_id, identity.username, identity.title) == (
        made["id"],
        "mlyn_bot",
        "Mlyn",
    )


@pytest.mark.parametrize(
    "token", ["", "hello", "1:../getMe", "12345:AAAA", "1:a/b", "1:" + "x" * 200, "1:ключ"]
)
async def test_a_bad_token_is_refused_in_words(stand: Stand, token: str) -> None:
    async with httpx.AsyncClient() as http:
        connector = BotConnector(stand.needs.telegram_api_url, http, stand.redis)
        with pytest.raises(TokenRefused):
            await connector.connect(token)


async def test_telegram_away_is_not_the_tokens_fault(valkey: Redis) -> None:
    async with httpx.AsyncClient() as http:
        connector = BotConnector("http://127.0.0.1:1", http, valkey)
        with pytest.raises(TelegramAway) as refusal:
            await connector.connect("12345:AAAA")
    assert "12345:AAAA" not in repr(refusal.value) + str(refusal.value.__cause__)


async def test_one_bot_does_not_serve_two_shops(kvitka: ShopInTown, other_shop: Shop) -> None:
    stand = kvitka.stand
    calls = len(kvitka.calls("setWebhook"))
    with pytest.raises(BotTaken):
        await connect_and_configure(stand.needs, other_shop.id, kvitka.token)
    assert len(kvitka.calls("setWebhook")) == calls
    assert (await kvitka.bot_row()).shop_id == kvitka.shop.id
