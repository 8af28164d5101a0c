"""What a bot may send, and Telegram's words when it may not."""

from typing import Any

import pytest

from tests.app.telegram.conftest import Simulator, Town

pytestmark = pytest.mark.anyio


async def refusal(simulator: Simulator, token: str, method: str, **params: Any) -> tuple[int, str]:
    answer = await simulator.call(token, method, **params)
    assert answer["ok"] is False
    return answer["error_code"], answer["description"]


async def test_a_message_comes_back_with_entities_and_a_number(
    simulator: Simulator, town: Town
) -> None:
    answer = await simulator.call(
        town.token,
        "sendMessage",
        chat_id=town.user_id,
        text="😀 <b>Нове</b> <a href='https://kram.example/x'>тут</a>",
        parse_mode="HTML",
    )
    message = answer["result"]
    assert message["message_id"] == 2
    assert message["text"] == "😀 Нове тут"
    assert message["entities"] == [
        {"type": "bold", "offset": 3, "length": 4},
        {"type": "text_link", "offset": 8, "length": 3, "url": "https://kram.example/x"},
    ]


async def test_message_numbers_grow_within_a_chat(simulator: Simulator, town: Town) -> None:
    numbers = [
        (await simulator.call(town.token, "sendMessage", chat_id=town.user_id, text="a"))["result"][
            "message_id"
        ]
        for _ in range(3)
    ]
    assert numbers == [2, 3, 4]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": "  \n "}, "Bad Request: message text is empty"),
        ({"text": "a" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"text": "a", "chat_id": 42}, "Bad Request: chat not found"),
        ({"text": "a", "chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"text": "a", "chat_id": ""}, "Bad Request: chat_id is empty"),
        (
            {"text": "<b>a</i>", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Unmatched end tag at byte offset 4,"
            ' expected "</b>", found "</i>"',
        ),
        (
            {"text": "є <img>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "img" at byte offset 3',
        ),
        (
            {"text": "<b>a", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Can't find end tag corresponding to"
            ' start tag "b"',
        ),
        (
            {"text": "a</b>", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Unexpected end tag at byte offset 1",
        ),
        ({"text": "a", "reply_markup": []}, "Bad Request: object expected as reply markup"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed"
            " in the inline keyboard",
        ),
        (
            {
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "є" * 33}]]},
            },
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {
                "text": "a",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "x", "web_app": {"url": "http://kram.example"}}]]
                },
            },
            "Bad Request: inline keyboard button Web App URL 'http://kram.example' is invalid:"
            " Only HTTPS links are allowed",
        ),
        (
            {"text": "a", "reply_parameters": {"message_id": 99}},
            "Bad Request: message to be replied not found",
        ),
    ],
)
async def test_a_bad_message_is_refused_in_telegrams_words(
    simulator: Simulator, town: Town, params: dict[str, Any], expected: str
) -> None:
    params = {"chat_id": town.user_id, **params}
    assert await refusal(simulator, town.token, "sendMessage", **params) == (400, expected)
    assert len(await simulator.look("messages", chat=town.chat)) == 1


async def test_loopback_mini_apps_need_no_https(simulator: Simulator, town: Town) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "web_app": {"url": "http://127.0.0.1:1/m"}}]]}
    answer = await simulator.call(
        town.token, "sendMessage", chat_id=town.user_id, text="a", reply_markup=keyboard
    )
    assert answer["result"]["reply_markup"] == keyboard


async def test_a_stranger_and_a_blocker_get_no_messages(simulator: Simulator, town: Town) -> None:
    stranger = await simulator.control("people", first_name="Ivan")
    assert await refusal(
        simulator, town.token, "sendMessage", chat_id=stranger["id"], text="a"
    ) == (403, "Forbidden: bot can't initiate conversation with a user")
    await simulator.control("block", bot=town.bot_id, user_id=town.user_id)
    blocked = (403, "Forbidden: bot was blocked by the user")
    said = {"chat_id": town.user_id, "text": "a"}
    assert await refusal(simulator, town.token, "sendMessage", **said) == blocked
    await simulator.control("unblock", bot=town.bot_id, user_id=town.user_id)
    assert (await simulator.call(town.token, "sendMessage", **said))["ok"]


async def test_write_access_lets_a_bot_write_before_start(simulator: Simulator, town: Town) -> None:
    person = await simulator.control("people", first_name="Ivan")
    await simulator.control("write-access", bot=town.bot_id, user_id=person["id"])
    assert (await simulator.call(town.token, "sendMessage", chat_id=person["id"], text="a"))["ok"]


async def test_tokens_and_methods_that_are_not_there(simulator: Simulator, town: Town) -> None:
    foreign = f"{town.bot_id}:{'A' * 35}"
    assert await refusal(simulator, foreign, "getMe") == (401, "Unauthorized")
    assert await refusal(simulator, "123", "getMe") == (404, "Not Found")
    missing = (404, "Not Found: method not found")
    assert await refusal(simulator, town.token, "sendLove") == missing
    revoked = await simulator.control(f"bots/{town.bot_id}/token")
    assert await refusal(simulator, town.token, "getMe") == (401, "Unauthorized")
    assert (await simulator.call(revoked["token"], "GETME"))["ok"]


async def test_an_edit_changes_the_message_once(simulator: Simulator, town: Town) -> None:
    sent = await simulator.call(town.token, "sendMessage", chat_id=town.user_id, text="a")
    place = {"chat_id": town.user_id, "message_id": sent["result"]["message_id"]}
    edited = await simulator.call(town.token, "editMessageText", **place, text="b")
    assert (edited["result"]["text"], "edit_date" in edited["result"]) == ("b", True)
    code, text = await refusal(simulator, town.token, "editMessageText", **place, text="b")
    assert (code, text.partition(":")[2].partition(":")[0]) == (400, " message is not modified")


async def test_only_own_and_present_messages_are_edited(simulator: Simulator, town: Town) -> None:
    edit = {"chat_id": town.user_id, "text": "b"}
    assert await refusal(simulator, town.token, "editMessageText", **edit, message_id=1) == (
        400,
        "Bad Request: message can't be edited",
    )
    assert await refusal(simulator, town.token, "editMessageText", **edit, message_id=77) == (
        400,
        "Bad Request: message to edit not found",
    )
    assert await refusal(
        simulator, town.token, "deleteMessage", chat_id=town.user_id, message_id=77
    ) == (400, "Bad Request: message to delete not found")


async def test_a_deleted_message_is_gone(simulator: Simulator, town: Town) -> None:
    sent = await simulator.call(town.token, "sendMessage", chat_id=town.user_id, text="a")
    number = sent["result"]["message_id"]
    gone = await simulator.call(
        town.token, "deleteMessage", chat_id=town.user_id, message_id=number
    )
    assert gone["result"] is True
    assert [m["message_id"] for m in await simulator.look("messages", chat=town.chat)] == [1]


async def test_parameters_come_in_the_address_a_form_or_json(
    simulator: Simulator, town: Town
) -> None:
    path = f"/bot{town.token}/sendMessage"
    said = {"chat_id": str(town.user_id), "text": "a"}
    answers = [
        await simulator.http.get(path, params=said),
        await simulator.http.post(path, data=said),
        await simulator.http.post(path, json=said),
        await simulator.http.post(path, data=said, files={"x": b"1"}),
    ]
    assert [answer.json()["ok"] for answer in answers] == [True] * 4
