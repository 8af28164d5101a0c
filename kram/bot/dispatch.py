"""One dispatcher for all bots; each update goes on into the router of its own shop."""

from typing import Any

from aiogram import Dispatcher, Router
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import TelegramObject
from redis.asyncio import Redis

from kram.bot.transaction import TenantMissing

_DIALOGUE_SECONDS = 3_600
"""A question of ours that stays unanswered is forgotten after an hour."""


class ShopGate(Router):
    """Stands for every shop's router: hands the event to the one the update came with."""

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        router = kwargs.get("shop_router")
        if not isinstance(router, Router):
            raise TenantMissing(f"{update_type} without a shop's router")
        return await router.propagate_event(update_type, event, **kwargs)


def make_dispatcher(redis: Redis) -> Dispatcher:
    """States of dialogues live in Valkey under `kram:fsm:{bot}:{chat}:{person}`.

    The stock keys leave the bot out: a person's half-typed answer would leak into another shop.
    """
    storage = RedisStorage(
        redis,
        key_builder=DefaultKeyBuilder(prefix="kram:fsm", with_bot_id=True),
        state_ttl=_DIALOGUE_SECONDS,
        data_ttl=_DIALOGUE_SECONDS,
    )
    dispatcher = Dispatcher(storage=storage, name="all bots")
    dispatcher.include_router(ShopGate(name="shops"))
    return dispatcher
