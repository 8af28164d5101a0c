"""Polling feeds the same inbox as the webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text

from kram.bot import polling, upkeep
from kram.bot.polling import Polling
from kram.bot.process import wire
from kram.integrations.telegram.settings import BotSettings, save_settings
from kram.kit.db.database import Database
from kram.tenants.models import Shop
from tests.factories.bots import ShopInTown, Stand, until, working

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def no_other_bots(db: Database) -> None:
    """Polling asks for every bot there is; other tests' bots live in another Telegram."""
    async with db.platform() as tx:
        await tx.execute(text("DELETE FROM platform.bot"))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(upkeep, "_LOOK_SECONDS", 0.1)


@asynccontextmanager
async def upkept(
    stand: Stand, *, polls: bool, telegram: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[list[httpx.Request]]:
    """A bots' process without its lanes; gives what it asked Telegram by polling.

    `telegram`: what it polls in the place of the stand's Telegram.
    """
    bots, stop, asked = wire(replace(stand.needs, polls=polls)), asyncio.Event(), []

    async def note(request: httpx.Request) -> None:
        asked.append(request)

    async with (
        httpx.AsyncClient(timeout=30, event_hooks={"request": [note]}, transport=telegram) as http,
        asyncio.TaskGroup() as group,
    ):
        setup = bots.upkeep.setup
        reader = Polling(
            stand.db, stand.redis, bots.directory, setup, http, stand.needs.telegram_api_url
        )
        tasks = [group.create_task(bots.upkeep.keep_configured(stop))]
        if polls:
            tasks.append(group.create_task(reader.run(stop)))
        try:
            yield asked
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
    await bots.client.close()


async def is_polled(place: ShopInTown) -> bool:
    row = await place.bot_row()
    return row.configured_at is not None and row.secret_hash == b""


async def webhook_of(place: ShopInTown) -> str | None:
    bots = await place.stand.look("bots")
    [bot] = [bot for bot in bots if bot["id"] == place.bot_id]
    address: str | None = bot["webhook_url"]
    return address


def dropped(place: ShopInTown, method: str) -> list[bool]:
    """Of each call, whether it threw away what waited."""
    calls = place.calls(method)
    return [call.params.get("drop_pending_updates") in (True, "true") for call in calls]


async def test_polled_updates_are_stored_and_answered(
    kvitka: ShopInTown, inshyi: ShopInTown, stand: Stand
) -> None:
    """The webhook gives way, what waited comes, and each update comes once."""
    ivan = await kvitka.person()
    async with upkept(stand, polls=True), working(stand):
        await until(lambda: is_polled(kvitka))
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
        assert await webhook_of(place) is None
        assert dropped(place, "deleteWebhook") == [False]


async def test_a_bot_connected_meanwhile_is_taken_up_without_a_webhook(
    stand: Stand, shop: Shop
) -> None:
    async with upkept(stand, polls=True):
        place = await stand.open(shop, configured=False)
        await until(lambda: is_polled(place))
        await place.starts(await place.person())
        await until(lambda: stand.rows(shop))
    assert place.calls("setWebhook") == []
    assert len(place.calls("setChatMenuButton")) == 1
    assert dropped(place, "deleteWebhook") == [True]


async def test_saved_settings_renew_the_looks_and_drop_no_update(
    stand: Stand, kvitka: ShopInTown
) -> None:
    async with upkept(stand, polls=True):
        await until(lambda: is_polled(kvitka))
        async with stand.db.platform() as tx:
            await save_settings(tx, kvitka.shop.id, BotSettings())
        await until(lambda: is_polled(kvitka))
    assert dropped(kvitka, "deleteWebhook") == [False, False]


async def test_one_process_polls_a_bot_and_another_takes_it_up(
    stand: Stand, kvitka: ShopInTown
) -> None:
    ivan = await kvitka.person()
    async with AsyncExitStack() as first, AsyncExitStack() as second:
        early = await first.enter_async_context(upkept(stand, polls=True))
        await until(lambda: _any(early))
        late = await second.enter_async_context(upkept(stand, polls=True))
        await asyncio.sleep(1)
        assert late == []
        await first.aclose()
        await kvitka.says(ivan, "/start")
        await until(lambda: _any(late), seconds=10)
        await until(lambda: stand.rows(kvitka.shop))


async def _any(asked: list[httpx.Request]) -> bool:
    return bool(asked)


async def test_what_could_not_be_stored_comes_again(
    stand: Stand, kvitka: ShopInTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, failures = polling.store_update, [OSError("the database restarts")] * 2

    async def failing(*about: Any) -> bool:
        if failures:
            raise failures.pop()
        return await store(*about)

    monkeypatch.setattr(polling, "store_update", failing)
    ivan = await kvitka.person()
    async with upkept(stand, polls=True):
        await until(lambda: is_polled(kvitka))
        for words in ("/start", "/help"):
            await kvitka.says(ivan, words)
        await until(lambda: _stored(kvitka, 2))
    bodies = [msgspec.json.decode(row.body) for row in await stand.rows(kvitka.shop)]
    assert [body["message"]["text"] for body in bodies] == ["/start", "/help"]


async def _stored(place: ShopInTown, count: int) -> bool:
    return len(await place.stand.rows(place.shop)) == count


class Scripted(httpx.AsyncBaseTransport):
    """Answers one getUpdates after the other; then nothing comes any more."""

    def __init__(self, *answers: list[dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.offsets: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = msgspec.json.decode(await request.aread())
        self.offsets.append(asked["offset"])
        if not self.answers:
            await asyncio.sleep(30)
        return httpx.Response(200, json={"ok": True, "result": self.answers.pop(0)})


def message(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": 7}, "text": str(number)}}


async def test_it_confirms_what_is_stored_and_then_counts_anew(
    stand: Stand, kvitka: ShopInTown
) -> None:
    """After a quiet week Telegram goes on from any number: an old one must not hide a lower."""
    telegram = Scripted([message(900), message(901)], [], [message(5)])
    async with upkept(stand, polls=True, telegram=telegram):
        await until(lambda: _stored(kvitka, 3))
        await until(lambda: _asked(telegram, 4))
    assert telegram.offsets == [0, 902, 0, 6]


async def test_an_update_that_came_before_a_kill_is_stored_once(
    stand: Stand, kvitka: ShopInTown
) -> None:
    for _ in range(2):
        telegram = Scripted([message(1)])
        async with upkept(stand, polls=True, telegram=telegram):
            await until(lambda telegram=telegram: _asked(telegram, 2))
    assert await _stored(kvitka, 1)


async def _asked(telegram: Scripted, times: int) -> bool:
    return len(telegram.offsets) == times


async def test_an_update_that_nobody_can_read_holds_up_no_other(
    stand: Stand, kvitka: ShopInTown
) -> None:
    strange = {"update_id": 1, "message": {"chat": "none"}}
    async with upkept(stand, polls=True, telegram=Scripted([strange, message(2)])):
        await until(lambda: _stored(kvitka, 2))
    keys = [row.ordering_key for row in await stand.rows(kvitka.shop)]
    assert keys == [None, "7"]


async def test_a_webhook_that_somebody_sets_is_removed(stand: Stand, kvitka: ShopInTown) -> None:
    ivan = await kvitka.person()
    async with upkept(stand, polls=True):
        await until(lambda: is_polled(kvitka))
        path = f"/bot{kvitka.token}/setWebhook"
        await stand.http.post(path, json={"url": "http://127.0.0.1:9/elsewhere"})
        await kvitka.says(ivan, "/start")
        await until(lambda: stand.rows(kvitka.shop))
    assert await webhook_of(kvitka) is None


async def test_a_change_of_the_mode_loses_no_update(stand: Stand, kvitka: ShopInTown) -> None:
    """Said while nobody listened: between the processes of the one mode and of the other."""
    ivan = await kvitka.person()
    async with upkept(stand, polls=True):
        await until(lambda: is_polled(kvitka))
    await kvitka.says(ivan, "/start")
    async with upkept(stand, polls=False):
        await until(lambda: webhook_of(kvitka))
        await until(lambda: _stored(kvitka, 1))
    assert not await is_polled(kvitka)
    assert dropped(kvitka, "setWebhook") == [True, False], "the first made it the shop's"


async def test_the_webhook_of_a_polled_bot_is_shut(stand: Stand, kvitka: ShopInTown) -> None:
    [armed] = kvitka.calls("setWebhook")
    async with upkept(stand, polls=True):
        await until(lambda: is_polled(kvitka))
    for secret in (armed.params["secret_token"], ""):
        headers = {"x-telegram-bot-api-secret-token": secret}
        async with httpx.AsyncClient() as http:
            answer = await http.post(armed.params["url"], json=message(1), headers=headers)
        assert answer.is_client_error
    assert await stand.rows(kvitka.shop) == []
