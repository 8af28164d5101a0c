"""BotFather gives a newcomer a bot and its token."""

import asyncio
import re

import pytest

from kram.app.devstack.telegram.botfather.service import BOTFATHER_ID
from tests.app.telegram.conftest import Simulator, Town

pytestmark = pytest.mark.anyio


async def last_answer(simulator: Simulator, chat: str, after: int) -> str:
    """BotFather's next message, after so many messages."""
    async with asyncio.timeout(5):
        while len(messages := await simulator.look("messages", chat=chat)) <= after:
            await asyncio.sleep(0.01)
    text: str = messages[-1]["text"]
    return text


async def tell(simulator: Simulator, town: Town, text: str) -> str:
    chat = f"{BOTFATHER_ID}:{town.user_id}"
    before = len(await simulator.look("messages", chat=chat))
    await simulator.control("messages", chat=chat, user_id=town.user_id, text=text)
    return await last_answer(simulator, chat, before + 1)


async def test_a_newcomer_gets_a_working_token(simulator: Simulator, town: Town) -> None:
    assert (await tell(simulator, town, "/newbot")).startswith("Новий бот, чудово")
    assert "юзернейм" in await tell(simulator, town, "Тюльпан")
    assert "зайнято" in await tell(simulator, town, "kvitka_bot")
    assert "не підходить" in await tell(simulator, town, "тюльпан")
    made = await tell(simulator, town, "TulipBot")
    token = re.search(r"\d+:[\w-]{35}", made)
    assert token is not None
    me = await simulator.call(token[0], "getMe")
    assert (me["result"]["username"], me["result"]["first_name"]) == ("TulipBot", "Тюльпан")


async def test_a_token_is_revoked_by_its_owner_only(simulator: Simulator, town: Town) -> None:
    await simulator.control("bots", name="Ivan", username="ivan_bot", owner_id=town.user_id)
    stranger = await simulator.control("people", first_name="Ivan")
    bot = next(b for b in await simulator.look("bots") if b["username"] == "ivan_bot")
    await tell(simulator, town, "/mybots")
    chat = f"{BOTFATHER_ID}:{town.user_id}"
    (offer,) = [m for m in await simulator.look("messages", chat=chat) if "reply_markup" in m]
    tap = {"message_id": offer["message_id"], "data": f"revoke:{bot['id']}", "forged": True}
    foreign = f"{BOTFATHER_ID}:{stranger['id']}"
    await simulator.control("messages", chat=foreign, user_id=stranger["id"], text="/mybots")
    await last_answer(simulator, foreign, 1)
    await simulator.control(
        "tap", chat=foreign, user_id=stranger["id"], **{**tap, "message_id": 2}, wait_seconds=5
    )
    assert (await simulator.call(bot["token"], "getMe"))["ok"]
    await simulator.control("tap", chat=chat, user_id=town.user_id, **tap, wait_seconds=5)
    await last_answer(simulator, chat, 2)
    assert (await simulator.call(bot["token"], "getMe"))["error_code"] == 401


async def test_cancel_forgets_the_name(simulator: Simulator, town: Town) -> None:
    await tell(simulator, town, "/newbot")
    assert "зупинились" in await tell(simulator, town, "/cancel")
    assert "Не зрозумів" in await tell(simulator, town, "Тюльпан")
