"""What tests look at and set up: calls, faults, limits, storage, reset, live news."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import ServerSentEvent

from kram.app.devstack.telegram.botfather.service import ensure_botfather
from kram.app.devstack.telegram.calls import RecordedCall
from kram.app.devstack.telegram.control.parties import find_bot
from kram.app.devstack.telegram.faults import Fault
from kram.app.devstack.telegram.injection import OurTelegram
from kram.app.devstack.telegram.state.records import AppStorage
from kram.app.devstack.telegram.telegram import Telegram


class Limits(msgspec.Struct, kw_only=True):
    """Whether Telegram's sending limits are in force."""

    enabled: bool


@get("/calls")
async def list_calls(
    telegram: OurTelegram,
    bot: FromQuery[str | None] = None,
    method: FromQuery[str | None] = None,
    after: FromQuery[int] = 0,
) -> list[RecordedCall]:
    """What bots called, oldest first, with ids above `after`."""
    bot_id = find_bot(telegram, bot).id if bot else None
    return telegram.calls.find(bot_id, method, after)


@post("/faults")
async def add_fault(data: JSONBody[Fault], telegram: OurTelegram) -> list[Fault]:
    telegram.faults.add(data)
    return telegram.faults.waiting()


@get("/faults")
async def list_faults(telegram: OurTelegram) -> list[Fault]:
    return telegram.faults.waiting()


@post("/faults/clear")
async def clear_faults(telegram: OurTelegram) -> None:
    telegram.faults.clear()


@put("/limits")
async def set_limits(data: JSONBody[Limits], telegram: OurTelegram) -> Limits:
    telegram.flood.is_on = data.enabled
    return data


@post("/reset")
async def reset(telegram: OurTelegram) -> None:
    """Nobody, no bots, no messages; the signing key stays."""
    everybody = {person.id for person in telegram.world.people}
    telegram.reset()
    telegram.feed.publish("reset", everybody)
    ensure_botfather(telegram)


@get("/storage/{area:str}")
async def read_storage(
    area: FromPath[str], bot: FromQuery[str], user_id: FromQuery[int], telegram: OurTelegram
) -> dict[str, str]:
    """What the bot's Mini App keeps for the person in `cloud`, `device` or `secure`."""
    return _storage(telegram, area, bot, user_id).values


@put("/storage/{area:str}")
async def write_storage(
    area: FromPath[str],
    bot: FromQuery[str],
    user_id: FromQuery[int],
    data: JSONBody[dict[str, str | None]],
    telegram: OurTelegram,
) -> dict[str, str]:
    """Changes the given keys; null takes a key away."""
    storage = _storage(telegram, area, bot, user_id)
    for key, value in data.items():
        if value is None:
            storage.values.pop(key, None)
        else:
            storage.values[key] = value
    return telegram.world.storage.put(storage).values


@get("/events")
async def events(people: FromQuery[str], telegram: OurTelegram) -> ServerSentEvent:
    """Live news for the phones of these people (ids with commas)."""
    watched = frozenset(int(person) for person in people.split(",") if person.isdigit())
    return ServerSentEvent(_news(telegram, watched), event_type="news", retry_duration=1_000)


async def _news(telegram: Telegram, people: frozenset[int]) -> AsyncIterator[str]:
    yield '{"kind": "hello"}'
    async for news in telegram.feed.read(people):
        body: dict[str, Any] = {"kind": news.kind, "people": sorted(news.people), **news.body}
        yield msgspec.json.encode(body).decode()


def _storage(telegram: Telegram, area: str, bot: str, user_id: int) -> AppStorage:
    key = f"{area}:{find_bot(telegram, bot).id}:{user_id}"
    return telegram.world.storage.get(key) or AppStorage(key=key)


watching = Router(
    "/",
    route_handlers=[
        list_calls,
        add_fault,
        list_faults,
        clear_faults,
        set_limits,
        reset,
        read_storage,
        write_storage,
        events,
    ],
)
