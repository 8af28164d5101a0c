"""Webhooks: the secret, the order, the retries, answers that are calls."""

import pytest
from aiohttp import web

from kram.app.devstack.telegram.control.parties import find_chat, find_person
from kram.app.devstack.telegram.delivery.webhooks import Sender
from kram.app.devstack.telegram.people.chatting import send_text
from kram.app.devstack.telegram.state.records import PendingUpdate
from tests.app.telegram.conftest import Clock, Simulator, Town
from tests.app.telegram.receiver import Receiver

pytestmark = pytest.mark.anyio

SECRET = "X-Telegram-Bot-Api-Secret-Token"


async def say(simulator: Simulator, town: Town, text: str) -> None:
    await simulator.control("messages", chat=town.chat, user_id=town.user_id, text=text)


async def test_updates_come_with_the_secret_and_are_taken_once(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    await simulator.call(town.token, "setWebhook", url=receiver.url, secret_token="s-1_A")
    await say(simulator, town, "Добрий день")
    (delivery,) = await receiver.wait_for(1)
    assert delivery.headers[SECRET] == "s-1_A"
    assert delivery.update["message"]["text"] == "Добрий день"
    info = (await simulator.call(town.token, "getWebhookInfo"))["result"]
    assert (info["pending_update_count"], info["max_connections"]) == (0, 40)


async def test_a_refused_update_holds_its_chat_and_nobody_else(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    other = await simulator.control("people", first_name="Ivan")
    refused = {"first": 2}

    def answer(update: dict) -> web.Response:  # type: ignore[type-arg]
        text = update.get("message", {}).get("text")
        if refused.get(text, 0):
            refused[text] -= 1
            return web.Response(status=500)
        return web.Response()

    receiver.answer = answer
    await simulator.call(town.token, "setWebhook", url=receiver.url)
    await say(simulator, town, "first")
    await say(simulator, town, "second")
    await simulator.control("start", bot=town.bot_id, user_id=other["id"])
    came = await receiver.wait_for(5)
    texts = [delivery.update["message"]["text"] for delivery in came]
    mine = [text for text in texts if text != "/start"]
    assert mine == ["first", "first", "first", "second"]
    tries = [delivery.at for delivery in came if delivery.update["message"]["text"] == "first"]
    assert tries[1] - tries[0] < 0.5
    assert 1.8 < tries[2] - tries[1] < 3.0
    info = (await simulator.call(town.token, "getWebhookInfo"))["result"]
    expected = "Wrong response from the webhook: 500 Internal Server Error"
    assert (info["last_error_message"], info["pending_update_count"]) == (expected, 0)


async def test_a_receiver_chooses_its_own_wait(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    left = [web.Response(status=503, headers={"Retry-After": "1"})]
    receiver.answer = lambda _: left.pop() if left else web.Response()
    await simulator.call(town.token, "setWebhook", url=receiver.url)
    await say(simulator, town, "a")
    first, second = await receiver.wait_for(2)
    assert 0.9 < second.at - first.at < 2.0


async def test_an_answer_may_be_a_call(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    receiver.answer = lambda update: web.json_response(
        {
            "method": "sendMessage",
            "chat_id": update["message"]["chat"]["id"],
            "text": "Чули",
        }
    )
    await simulator.call(town.token, "setWebhook", url=receiver.url)
    await say(simulator, town, "Ау")
    await receiver.wait_for(1)
    texts: list[str] = []
    while texts[-1:] != ["Чули"]:
        texts = [m["text"] for m in await simulator.look("messages", chat=town.chat)]


async def test_what_comes_while_a_queue_ends_is_delivered(
    simulator: Simulator, town: Town, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last look for updates, before the queue counts as ended."""
    look, late = Sender._head, ["late"]

    def look_and_be_late(self: Sender, queue: str) -> PendingUpdate | None:
        found = look(self, queue)
        if found is None and late:
            telegram = simulator.telegram
            person = find_person(telegram, town.user_id)
            send_text(telegram, find_chat(telegram, town.chat), person, late.pop())
        return found

    monkeypatch.setattr(Sender, "_head", look_and_be_late)
    await simulator.call(town.token, "setWebhook", url=receiver.url)
    await say(simulator, town, "early")
    came = await receiver.wait_for(2)
    assert [delivery.update["message"]["text"] for delivery in came] == ["early", "late"]


async def test_webhooks_are_not_set_through_answers(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    receiver.answer = lambda _: web.json_response({"method": "deleteWebhook"})
    await simulator.call(town.token, "setWebhook", url=receiver.url)
    await say(simulator, town, "a")
    await say(simulator, town, "b")
    await receiver.wait_for(2)
    info = (await simulator.call(town.token, "getWebhookInfo"))["result"]
    assert info["url"] == receiver.url


async def test_only_wanted_kinds_are_delivered(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    await simulator.call(
        town.token, "setWebhook", url=receiver.url, allowed_updates=["my_chat_member"]
    )
    await say(simulator, town, "unheard")
    await simulator.control("block", bot=town.bot_id, user_id=town.user_id)
    (delivery,) = await receiver.wait_for(1)
    change = delivery.update["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == (
        "member",
        "kicked",
    )


async def test_the_same_webhook_again_changes_nothing(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    hook = {"url": receiver.url, "secret_token": "s", "max_connections": 5}
    await simulator.call(town.token, "setWebhook", **hook, allowed_updates=["message"])
    before = simulator.telegram.world.bots[town.bot_id].webhook
    await simulator.call(town.token, "setWebhook", **hook)
    assert simulator.telegram.world.bots[town.bot_id].webhook is before
    info = (await simulator.call(town.token, "getWebhookInfo"))["result"]
    assert (info["allowed_updates"], info["max_connections"]) == (["message"], 5)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "ftp://a.example"}, "bad webhook: Invalid webhook URL specified"),
        (
            {"url": "http://a.example"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://a.example", "secret_token": "з"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_bad_webhooks_are_refused(
    simulator: Simulator, town: Town, params: dict[str, str], reason: str
) -> None:
    answer = await simulator.call(town.token, "setWebhook", **params)
    assert answer["description"] == f"Bad Request: {reason}"


async def test_waiting_updates_are_kept_or_dropped_as_asked(
    simulator: Simulator, town: Town, receiver: Receiver
) -> None:
    await say(simulator, town, "old")
    await simulator.call(town.token, "setWebhook", url=receiver.url, drop_pending_updates=True)
    await say(simulator, town, "new")
    (delivery,) = await receiver.wait_for(1)
    assert delivery.update["message"]["text"] == "new"


async def test_a_tap_is_offered_for_150_seconds(
    simulator: Simulator, town: Town, clock: Clock
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await simulator.call(
        town.token, "sendMessage", chat_id=town.user_id, text="a", reply_markup=keyboard
    )
    await simulator.control(
        "tap",
        chat=town.chat,
        user_id=town.user_id,
        message_id=sent["result"]["message_id"],
        data="x",
    )
    await say(simulator, town, "later")
    clock.ahead = 151
    updates = (await simulator.call(town.token, "getUpdates"))["result"]
    assert [set(update) - {"update_id"} for update in updates] == [{"message"}]
