"""Failures on demand, sending limits, and who may ask for them."""

import httpx
import pytest

from tests.app.telegram.conftest import Clock, Simulator, Town

pytestmark = pytest.mark.anyio


async def texts(simulator: Simulator, town: Town) -> list[str]:
    return [message["text"] for message in await simulator.look("messages", chat=town.chat)]


async def test_a_lost_answer_may_have_taken_effect(simulator: Simulator, town: Town) -> None:
    said = {"chat_id": town.user_id, "text": "a"}
    for takes_effect, expected in ((False, ["/start"]), (True, ["/start", "a"])):
        await simulator.control("faults", kind="disconnect", takes_effect=takes_effect)
        with pytest.raises(httpx.RemoteProtocolError):
            await simulator.call(town.token, "sendMessage", **said)
        assert await texts(simulator, town) == expected


async def test_a_timeout_is_longer_than_patience(simulator: Simulator, town: Town) -> None:
    await simulator.control("faults", kind="timeout", seconds=1.0)
    with pytest.raises(httpx.ReadTimeout):
        await simulator.http.get(f"/bot{town.token}/getMe", timeout=0.2)
    assert (await simulator.call(town.token, "getMe"))["ok"]


async def test_a_fault_strikes_so_many_calls_of_its_kind(simulator: Simulator, town: Town) -> None:
    await simulator.control(
        "faults", kind="flood", times=2, method="sendMessage", chat_id=town.user_id, retry_after=9
    )
    assert (await simulator.call(town.token, "getMe"))["ok"]
    said = {"chat_id": town.user_id, "text": "a"}
    answers = [await simulator.call(town.token, "sendMessage", **said) for _ in range(3)]
    assert [answer["ok"] for answer in answers] == [False, False, True]
    assert answers[0] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 9",
        "parameters": {"retry_after": 9},
    }


async def test_a_group_that_moved_says_where(simulator: Simulator, town: Town) -> None:
    await simulator.control(
        "faults",
        kind="refusal",
        description="Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-1001,
    )
    answer = await simulator.call(town.token, "sendMessage", chat_id=-5, text="a")
    assert answer["parameters"] == {"migrate_to_chat_id": -1001}


async def test_limits_hold_one_chat_back_after_a_short_burst(
    simulator: Simulator, town: Town, clock: Clock
) -> None:
    await simulator.http.put("/_control/limits", json={"enabled": True})
    said = {"chat_id": town.user_id, "text": "a"}
    answers = [await simulator.call(town.token, "sendMessage", **said) for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[3]["parameters"] == {"retry_after": 1}
    clock.ahead = 1.1
    assert (await simulator.call(town.token, "sendMessage", **said))["ok"]


async def test_limits_allow_one_webhook_a_second(
    simulator: Simulator, town: Town, clock: Clock
) -> None:
    await simulator.http.put("/_control/limits", json={"enabled": True})
    hook = {"url": "https://kram.example/tg"}
    answers = [await simulator.call(town.token, "setWebhook", **hook) for _ in range(2)]
    assert [answer.get("error_code") for answer in answers] == [None, 429]
    clock.ahead = 1.1
    assert (await simulator.call(town.token, "setWebhook", **hook))["ok"]


async def test_calls_are_recorded_with_their_fate(simulator: Simulator, town: Town) -> None:
    await simulator.call(town.token, "sendMessage", chat_id=1, text="a")
    (call,) = await simulator.look("calls", method="sendMessage")
    assert (call["bot_id"], call["params"], call["ok"], call["error_code"]) == (
        town.bot_id,
        {"chat_id": 1, "text": "a"},
        False,
        400,
    )
    assert await simulator.look("calls", method="sendMessage", after=call["id"]) == []


@pytest.mark.parametrize(
    "headers",
    [{"host": "phone.example"}, {"origin": "http://127.0.0.1:1"}, {"origin": "null"}],
)
async def test_foreign_hosts_and_pages_are_turned_away(
    simulator: Simulator, town: Town, headers: dict[str, str]
) -> None:
    answer = await simulator.http.post("/_control/reset", headers=headers)
    assert answer.status_code == 403
    assert town.bot_id in simulator.telegram.world.bots


async def test_a_reset_town_is_empty(simulator: Simulator, town: Town) -> None:
    await simulator.control("reset")
    assert await simulator.look("bots") == []
    assert await simulator.look("people") == []
    assert (await simulator.call(town.token, "getMe"))["error_code"] == 401


async def test_what_is_not_there_and_what_cannot_be(simulator: Simulator, town: Town) -> None:
    path = "/_control/start"
    unknown = await simulator.http.post(path, json={"bot": "no_bot", "user_id": town.user_id})
    assert (unknown.status_code, unknown.json()) == (404, {"error": "there is no bot no_bot"})
    await simulator.control("block", bot=town.bot_id, user_id=town.user_id)
    said = {"chat": town.chat, "user_id": town.user_id, "text": "a"}
    blocked = await simulator.http.post("/_control/messages", json=said)
    assert blocked.status_code == 409
