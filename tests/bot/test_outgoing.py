"""What Telegram's refusals mean for us, and how fast we speak."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest
from aiogram.methods import AnswerPreCheckoutQuery, GetMe, SendMessage
from redis.asyncio import Redis

from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.client import TelegramClient
from kram.integrations.telegram.errors import (
    AnswerLost,
    CallRefused,
    ChatMigrated,
    ChatUnreachable,
    Flooded,
    MessageGone,
    NothingSent,
    NotModified,
    PolledElsewhere,
    TelegramFailure,
    TokenRevoked,
)
from kram.integrations.telegram.outgoing import Outgoing
from kram.integrations.telegram.throttle import PER_CHAT, PER_GROUP, Limit, Throttle
from kram.kit.valkey import connect
from kram.tenants.models import BotState
from tests.factories.bots import ShopInTown, Stand

pytestmark = pytest.mark.anyio


async def speaking(place: ShopInTown) -> ShopBot:
    place.stand.bots.directory.forget(place.shop.id)
    shop = await place.stand.bots.directory.of_shop(place.shop.id)
    assert shop is not None
    return shop


async def someone(place: ShopInTown) -> int:
    person = await place.person()
    await place.starts(person)
    return person


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ({"kind": "forbidden"}, ChatUnreachable),
        ({"kind": "server_error"}, NothingSent),
        ({"kind": "disconnect"}, AnswerLost),
        ({"kind": "refusal", "code": 409, "description": "Conflict"}, PolledElsewhere),
        ({"kind": "refusal", "description": "Bad Request: chat not found"}, ChatUnreachable),
        ({"kind": "refusal", "description": "Bad Request: user not found"}, ChatUnreachable),
        (
            {"kind": "refusal", "description": "Bad Request: message is not modified: same"},
            NotModified,
        ),
        ({"kind": "refusal", "description": "Bad Request: message to edit not found"}, MessageGone),
        ({"kind": "refusal", "description": "Bad Request: can't parse entities"}, CallRefused),
        (
            {"kind": "refusal", "description": "upgraded", "migrate_to_chat_id": -100},
            ChatMigrated,
        ),
    ],
)
async def test_refusals_have_one_meaning_each(
    kvitka: ShopInTown, fault: Any, meaning: type[TelegramFailure]
) -> None:
    person = await someone(kvitka)
    await kvitka.stand.fault(method="sendMessage", **fault)
    with pytest.raises(meaning) as failure:
        await kvitka.stand.bots.outgoing.call(
            await speaking(kvitka), SendMessage(chat_id=person, text="hi")
        )
    assert type(failure.value) is meaning
    assert kvitka.token not in str(failure.value)


async def test_a_server_that_is_not_there_certainly_did_nothing(valkey: Redis) -> None:
    client = TelegramClient("http://127.0.0.1:1", Throttle(valkey))
    bot = client.bot("1:AAAA", "nobody_bot", "Nobody")
    with pytest.raises(NothingSent) as failure:
        await client.call(bot, SendMessage(chat_id=1, text="hi"))
    await client.close()
    assert "1:AAAA" not in str(failure.value)


async def test_an_answer_that_does_not_come_in_time_may_have_been_given(
    kvitka: ShopInTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, shop = await someone(kvitka), await speaking(kvitka)
    await kvitka.stand.fault(kind="timeout", seconds=2, method="sendMessage", takes_effect=True)
    monkeypatch.setattr(shop.telegram.session, "timeout", 0.2)
    with pytest.raises(AnswerLost):
        await kvitka.stand.bots.outgoing.call(shop, SendMessage(chat_id=person, text="hi"))
    assert len(await kvitka.said_in(kvitka.chat(person))) == 1


async def test_a_flood_pauses_this_bot_in_every_process(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    ivan, olha = await someone(kvitka), await someone(inshyi)
    await kvitka.stand.fault(kind="flood", method="sendMessage", retry_after=60)
    here, there = await speaking(kvitka), await speaking(inshyi)
    outgoing = kvitka.stand.bots.outgoing
    with pytest.raises(Flooded) as flood:
        await outgoing.call(here, SendMessage(chat_id=ivan, text="hi"))
    assert flood.value.retry_after == 60
    other_process = TelegramClient(
        kvitka.stand.needs.telegram_api_url, Throttle(kvitka.stand.redis)
    )
    with pytest.raises(Flooded) as waiting:
        await other_process.call(here.telegram, SendMessage(chat_id=ivan, text="hi"))
    await other_process.close()
    assert 50 < waiting.value.retry_after <= 60
    assert len(kvitka.calls("sendMessage")) == 1
    await outgoing.call(there, SendMessage(chat_id=olha, text="hi"))


# --- a refused token --------------------------------------------------------------------------


def outgoing(stand: Stand, confirm_after_seconds: float) -> Outgoing:
    bots = stand.bots
    return Outgoing(
        bots.client, bots.directory, stand.redis, confirm_after_seconds=confirm_after_seconds
    )


async def test_one_401_only_starts_the_clock(kvitka: ShopInTown) -> None:
    shop = await speaking(kvitka)
    await kvitka.stand.control(f"bots/{kvitka.bot_id}/token")
    for _ in range(3):
        with pytest.raises(Flooded):
            await outgoing(kvitka.stand, 60).call(shop, SendMessage(chat_id=1, text="hi"))
    assert (await kvitka.bot_row()).state == BotState.ACTIVE


async def test_a_401_that_stays_stops_the_bot(kvitka: ShopInTown, inshyi: ShopInTown) -> None:
    shop = await speaking(kvitka)
    await kvitka.stand.control(f"bots/{kvitka.bot_id}/token")
    speaker = outgoing(kvitka.stand, 0.05)
    with pytest.raises(Flooded):
        await speaker.call(shop, SendMessage(chat_id=1, text="hi"))
    await asyncio.sleep(0.06)
    with pytest.raises(TokenRevoked):
        await speaker.call(shop, SendMessage(chat_id=1, text="hi"))
    assert (await kvitka.bot_row()).state == BotState.TOKEN_INVALID
    assert (await inshyi.bot_row()).state == BotState.ACTIVE
    asked = len(kvitka.stand.telegram.calls.find())
    with pytest.raises(TokenRevoked):
        await speaker.call(await speaking(kvitka), SendMessage(chat_id=1, text="hi"))
    assert len(kvitka.stand.telegram.calls.find()) == asked


async def test_a_401_that_passes_leaves_the_bot_alone(kvitka: ShopInTown) -> None:
    person = await someone(kvitka)
    shop = await speaking(kvitka)
    speaker = outgoing(kvitka.stand, 0.05)
    await kvitka.stand.fault(
        kind="refusal", code=401, description="Unauthorized", method="sendMessage", times=2
    )
    for _ in range(2):
        with pytest.raises(Flooded):
            await speaker.call(shop, SendMessage(chat_id=person, text="hi"))
        await asyncio.sleep(0.06)
    assert (await kvitka.bot_row()).state == BotState.ACTIVE
    await speaker.call(shop, SendMessage(chat_id=person, text="hi"))


# --- limits -----------------------------------------------------------------------------------


async def test_a_chat_takes_a_burst_and_then_one_a_second(valkey: Redis) -> None:
    throttle = Throttle(valkey)
    waits = [await throttle.wait_seconds(1, 77) for _ in range(PER_CHAT.burst + 1)]
    assert waits[:-1] == [0] * PER_CHAT.burst
    assert 0.5 < waits[-1] <= 1
    assert await throttle.wait_seconds(1, 78) == 0
    assert await throttle.wait_seconds(2, 77) == 0


async def test_a_group_takes_twenty_a_minute(valkey: Redis) -> None:
    throttle = Throttle(valkey)
    taken = 0
    for _ in range(60):
        await valkey.delete("kram:tg:1:sent:chat:-5")
        taken += await throttle.wait_seconds(1, -5) == 0
    assert taken == PER_GROUP.burst == 20


async def test_a_bot_takes_twenty_five_a_second_in_all(valkey: Redis) -> None:
    throttle = Throttle(valkey)
    waits = await asyncio.gather(*(throttle.wait_seconds(1, chat) for chat in range(40)))
    assert 25 <= waits.count(0) <= 28
    assert await throttle.wait_seconds(2, 1) == 0


async def test_who_must_wait_takes_no_place(valkey: Redis) -> None:
    throttle = Throttle(valkey)
    for _ in range(200):
        await throttle.wait_seconds(1, 77)
    assert await throttle.wait_seconds(1, 77) <= 1


async def test_without_valkey_messages_pass() -> None:
    nowhere = connect("redis://127.0.0.1:1/0")
    throttle = Throttle(nowhere)
    assert await throttle.wait_seconds(1, 77) == 0
    await throttle.pause(1, 5)
    await nowhere.aclose()


async def test_our_own_limit_is_waited_for_with_patience_only(
    kvitka: ShopInTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kram.integrations.telegram.throttle.PER_CHAT", Limit(200, 1))
    person, shop = await someone(kvitka), await speaking(kvitka)
    speaker = kvitka.stand.bots.outgoing
    started = time.monotonic()
    for _ in range(3):
        await speaker.call(shop, SendMessage(chat_id=person, text="hi"))
    assert 0.35 < time.monotonic() - started < 2
    with pytest.raises(Flooded):
        await speaker.call(shop, SendMessage(chat_id=person, text="hi"), patience_seconds=0.01)


async def test_checkout_answers_pass_a_session_full_of_messages(
    kvitka: ShopInTown, valkey: Redis
) -> None:
    """A hundred hanging messages take every socket of the shared session."""
    shop = await speaking(kvitka)
    client = kvitka.stand.bots.client
    await kvitka.stand.fault(kind="timeout", seconds=3, method="sendMessage", times=200)
    async with asyncio.TaskGroup() as group:
        hanging = [group.create_task(_ignoring(client, shop, chat)) for chat in range(1, 121)]
        await asyncio.sleep(0.8)
        await valkey.flushdb()
        started = time.monotonic()
        with pytest.raises(CallRefused):
            await client.call(
                shop.telegram, AnswerPreCheckoutQuery(pre_checkout_query_id="1", ok=True)
            )
        assert time.monotonic() - started < 1
        for task in hanging:
            task.cancel()


async def _ignoring(client: TelegramClient, shop: ShopBot, chat: int) -> None:
    with suppress(TelegramFailure):
        await client.call(shop.telegram, SendMessage(chat_id=chat, text="hi"), patience_seconds=60)


async def test_bots_share_the_sockets_and_ask_nothing_when_made(
    kvitka: ShopInTown, inshyi: ShopInTown
) -> None:
    before = len(kvitka.stand.telegram.calls.find())
    one, other = await speaking(kvitka), await speaking(inshyi)
    assert one.telegram.session is other.telegram.session
    assert (await one.telegram.me()).username == kvitka.username
    assert len(kvitka.stand.telegram.calls.find()) == before
    me = await kvitka.stand.bots.outgoing.call(one, GetMe())
    assert me.id == kvitka.bot_id
