"""Speaking for a shop: a call of its bot, and what follows when Telegram refuses the token."""

import time
from typing import TypeVar

import structlog
from aiogram.methods import GetMe, TelegramMethod
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.client import TelegramClient
from kram.integrations.telegram.errors import Flooded, TokenRevoked
from kram.tenants.models import BotState

T = TypeVar("T")

CONFIRM_AFTER_SECONDS = 60.0
"""Telegram answers 401 for a moment after a token or an owner changed: only a later one counts."""

_FORGET_AFTER_SECONDS = 600

_log = structlog.get_logger(__name__)


class Outgoing:
    """One per process."""

    def __init__(
        self,
        client: TelegramClient,
        bots: BotDirectory,
        redis: Redis,
        *,
        confirm_after_seconds: float = CONFIRM_AFTER_SECONDS,
    ) -> None:
        self._client = client
        self._bots = bots
        self._redis = redis
        self._confirm_after = confirm_after_seconds

    async def call(
        self, shop: ShopBot, method: TelegramMethod[T], *, patience_seconds: float = 5
    ) -> T:
        """Waits for its turn up to `patience_seconds`. Raises: TelegramFailure."""
        if shop.state is not BotState.ACTIVE:
            raise TokenRevoked(f"the bot is {shop.state}")
        try:
            return await self._client.call(shop.telegram, method, patience_seconds=patience_seconds)
        except TokenRevoked:
            await self._doubt(shop)
            raise

    async def _doubt(self, shop: ShopBot) -> None:
        """The first refusal only starts the clock. Raises: Flooded until the second counts."""
        waited = await self._seconds_since_first_refusal(shop)
        if waited < self._confirm_after:
            raise Flooded(self._confirm_after - waited)
        try:
            await self._client.call(shop.telegram, GetMe())
        except TokenRevoked:
            _log.error("bot lost its token", shop=shop.tenant.slug, bot=shop.telegram.id)
            await self._bots.mark_refused(shop)
        else:
            raise Flooded(self._confirm_after)

    async def _seconds_since_first_refusal(self, shop: ShopBot) -> float:
        key, now = f"kram:tg:{shop.telegram.id}:refused", time.time()
        try:
            first = await self._redis.set(key, now, nx=True, get=True, ex=_FORGET_AFTER_SECONDS)
        except (RedisError, OSError, TimeoutError):
            return 0.0
        return now - float(first) if first else 0.0
