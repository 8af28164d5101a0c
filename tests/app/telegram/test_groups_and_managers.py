"""Staff chats, managed bots, polling, sharing."""

import asyncio
from typing import Any

import pytest

from tests.app.telegram.conftest import Simulator, Town

pytestmark = pytest.mark.anyio


async def updates(simulator: Simulator, token: str, **params: Any) -> list[dict[str, Any]]:
    answer = await simulator.call(token, "getUpdates", **params)
    result: list[dict[str, Any]] = answer["result"]
    return result


async def test_a_bot_in_a_staff_chat_hears_everybody_and_knows_who_taps(
    simulator: Simulator, town: Town
) -> None:
    clerk = await simulator.control("people", first_name="Ivan")
    group = await simulator.control(
        "groups",
        title="Квітка · команда",
        member_ids=[town.user_id, clerk["id"]],
        bots=["kvitka_bot"],
    )
    joined, notice = await updates(simulator, town.token)
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "administrator"
    assert notice["message"]["new_chat_members"][0]["id"] == town.bot_id
    keyboard = {"inline_keyboard": [[{"text": "Прийняти", "callback_data": "a:1"}]]}
    sent = await simulator.call(
        town.token, "sendMessage", chat_id=group["id"], text="№ 1", reply_markup=keyboard
    )
    tapping = asyncio.ensure_future(
        simulator.control(
            "tap",
            chat=group["key"],
            user_id=clerk["id"],
            message_id=sent["result"]["message_id"],
            data="a:1",
            wait_seconds=5,
        )
    )
    last = joined["update_id"] + 2
    (update,) = await updates(simulator, town.token, offset=last, timeout=5)
    query = update["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (clerk["id"], group["id"])
    await simulator.call(
        town.token, "answerCallbackQuery", callback_query_id=query["id"], text="Прийнято"
    )
    assert (await tapping)["answer"]["text"] == "Прийнято"


async def test_mini_app_buttons_are_for_private_chats(simulator: Simulator, town: Town) -> None:
    group = await simulator.control(
        "groups", title="g", member_ids=[town.user_id], bots=[town.bot_id]
    )
    keyboard = {"inline_keyboard": [[{"text": "x", "web_app": {"url": "https://a.example"}}]]}
    answer = await simulator.call(
        town.token, "sendMessage", chat_id=group["id"], text="a", reply_markup=keyboard
    )
    assert answer["description"] == "Bad Request: BUTTON_TYPE_INVALID"


async def test_a_bot_outside_a_group_does_not_know_it(simulator: Simulator, town: Town) -> None:
    group = await simulator.control("groups", title="g", member_ids=[town.user_id])
    said = {"chat_id": group["id"], "text": "a"}
    answer = await simulator.call(town.token, "sendMessage", **said)
    assert answer["description"] == "Bad Request: chat not found"
    await simulator.control(f"groups/{group['key']}/bots", bot=town.bot_id, by=town.user_id)
    assert (await simulator.call(town.token, "sendMessage", **said))["ok"]
    await simulator.call(town.token, "leaveChat", chat_id=group["id"])
    gone = await simulator.call(town.token, "sendMessage", **said)
    assert gone["description"] == "Forbidden: bot was kicked from the supergroup chat"


async def test_a_managed_bot_is_handed_to_its_manager(simulator: Simulator, town: Town) -> None:
    manager = await simulator.control(
        "bots", name="Kram", username="kram_bot", can_manage_bots=True
    )
    made = await simulator.control(
        "bots", name="Квіти", username="kvity_bot", owner_id=town.user_id, manager="kram_bot"
    )
    kinds = {
        kind: update[kind]
        for update in await updates(simulator, manager["token"])
        for kind in set(update) - {"update_id"}
    }
    assert kinds["managed_bot"]["user"]["id"] == town.user_id
    assert kinds["managed_bot"]["bot"]["username"] == "kvity_bot"
    assert kinds["message"]["managed_bot_created"]["bot"]["id"] == made["id"]
    token = await simulator.call(manager["token"], "getManagedBotToken", user_id=made["id"])
    assert token["result"] == made["token"]
    fresh = await simulator.call(manager["token"], "replaceManagedBotToken", user_id=made["id"])
    assert (await simulator.call(fresh["result"], "getMe"))["ok"]
    assert (await simulator.call(made["token"], "getMe"))["error_code"] == 401
    foreign = await simulator.call(town.token, "getManagedBotToken", user_id=made["id"])
    assert foreign["error_code"] == 400


async def test_two_pollers_end_the_first(simulator: Simulator, town: Town) -> None:
    first = asyncio.ensure_future(simulator.call(town.token, "getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.ensure_future(simulator.call(town.token, "getUpdates", timeout=20))
    ended = await first
    assert (ended["error_code"], ended["description"].partition(";")[0]) == (
        409,
        "Conflict: terminated by other getUpdates request",
    )
    await simulator.control("start", bot=town.bot_id, user_id=town.user_id)
    assert [row["message"]["text"] for row in (await second)["result"]] == ["/start"]


async def test_a_prepared_message_is_shared_until_it_expires(
    simulator: Simulator, town: Town
) -> None:
    prepared = await simulator.call(
        town.token,
        "savePreparedInlineMessage",
        user_id=town.user_id,
        result={
            "type": "article",
            "id": "p1",
            "title": "Троянда",
            "input_message_content": {"message_text": "Троянда, 90 ₴"},
            "reply_markup": {
                "inline_keyboard": [[{"text": "Купити", "url": "https://t.me/kvitka_bot?startapp"}]]
            },
        },
        allow_user_chats=True,
    )
    share = {"id": prepared["result"]["id"], "user_id": town.user_id, "chat": town.chat}
    message = await simulator.control("share", **share)
    assert (message["text"], message["via_bot"]["id"]) == ("Троянда, 90 ₴", town.bot_id)
    simulator.telegram.world.prepared[share["id"]].expires_at = 0
    expired = await simulator.http.post("/_control/share", json=share)
    assert expired.json() == {"error": "MESSAGE_EXPIRED"}


async def test_an_inline_query_brings_results(simulator: Simulator, town: Town) -> None:
    asking = asyncio.ensure_future(
        simulator.control(
            "inline", bot="kvitka_bot", user_id=town.user_id, query="роза", chat=town.chat
        )
    )
    (update,) = await updates(simulator, town.token, timeout=5)
    result = {"type": "article", "id": "1", "title": "t", "input_message_content": {}}
    result["input_message_content"] = {"message_text": "Роза"}
    await simulator.call(
        town.token,
        "answerInlineQuery",
        inline_query_id=update["inline_query"]["id"],
        results=[result],
    )
    assert [row["id"] for row in await asking] == ["1"]
    assert (await simulator.look("messages", chat=town.chat))[-1]["text"] == "Роза"


async def test_news_reach_the_page(simulator: Simulator, town: Town) -> None:
    async with simulator.http.stream(
        "GET", "/_control/events", params={"people": str(town.user_id)}
    ) as stream:
        lines = stream.aiter_lines()
        while "hello" not in await anext(lines):
            pass
        await simulator.call(town.token, "sendMessage", chat_id=town.user_id, text="Новина")
        while "Новина" not in (line := await anext(lines)):
            pass
    assert '"kind":"message"' in line
