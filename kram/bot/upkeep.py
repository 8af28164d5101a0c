"""Bots that wait to be set up are set up; webhooks that somebody changed are put right."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kram.bot import queries
from kram.bot.setup import Setup
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import TelegramFailure
from kram.kit.db.database import Database

_LOOK_SECONDS = 5.0
_RECONCILE_SECONDS = 720.0
_BETWEEN_BOTS_SECONDS = 0.2
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 5.0, 600.0
_SETUP_LEASE_SECONDS = 60

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Failures:
    """Bots that could not be set up come again ever more rarely."""

    _next: dict[UUID, tuple[float, float]] = field(default_factory=dict)

    def is_due(self, shop_id: UUID) -> bool:
        return self._next.get(shop_id, (0.0, 0.0))[0] <= time.monotonic()

    def add(self, shop_id: UUID) -> None:
        pause = min(
            max(self._next.get(shop_id, (0.0, 0.0))[1] * 2, _FIRST_PAUSE_SECONDS),
            _LONGEST_PAUSE_SECONDS,
        )
        self._next[shop_id] = (time.monotonic() + pause, pause)

    def forget(self, shop_id: UUID) -> None:
        self._next.pop(shop_id, None)


@dataclass(slots=True)
class Upkeep:
    db: Database
    redis: Redis
    directory: BotDirectory
    setup: Setup
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    _failures: _Failures = field(default_factory=_Failures)

    async def keep_configured(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        while not stop.is_set():
            self.woken.clear()
            for shop_id in await self._shops(unconfigured=True):
                if self._failures.is_due(shop_id):
                    await self.configure(shop_id)
            await _sleep(self.woken, _LOOK_SECONDS)

    async def keep_reconciled(self, stop: asyncio.Event) -> None:
        """One process at a time, never at once after a start: nothing is asked at boot."""
        while not stop.is_set():
            await _sleep(stop, _RECONCILE_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
            if stop.is_set() or not await self._is_leader():
                continue
            for shop_id in await self._shops(unconfigured=False):
                await self.reconcile(shop_id)
                await asyncio.sleep(_BETWEEN_BOTS_SECONDS)

    async def configure(self, shop_id: UUID) -> None:
        """Sets one bot up, or notes that it failed."""
        self.directory.forget(shop_id)
        shop = await self.directory.of_shop(shop_id)
        if shop is None or not await self._takes(f"kram:tg:{shop.telegram.id}:setup"):
            return
        try:
            await self.setup.configure(shop)
        except TelegramFailure as error:
            self._failures.add(shop_id)
            _log.error("bot is not set up", shop=shop.tenant.slug, why=str(error))
        except Exception:
            self._failures.add(shop_id)
            _log.exception("bot is not set up", shop=shop.tenant.slug)
        else:
            self._failures.forget(shop_id)
            _log.info("bot is set up", shop=shop.tenant.slug, bot=shop.telegram.id)
        finally:
            await self._gives_back(shop)

    async def reconcile(self, shop_id: UUID) -> None:
        shop = await self.directory.of_shop(shop_id)
        if shop is None:
            return
        try:
            await self.setup.reconcile(shop)
        except Exception as error:
            _log.warning("webhook unknown", shop=shop.tenant.slug, why=str(error))

    async def _shops(self, *, unconfigured: bool) -> Sequence[UUID]:
        try:
            async with self.db.platform() as tx:
                if unconfigured:
                    return await queries.shops_to_configure(tx, polls=self.setup.polls)
                return await queries.shops_with_bots(tx)
        except Exception:
            _log.exception("bots cannot be listed")
            return []

    async def _is_leader(self) -> bool:
        return await self._takes("kram:tg:reconcile", seconds=int(_RECONCILE_SECONDS * 0.8))

    async def _takes(self, key: str, seconds: int = _SETUP_LEASE_SECONDS) -> bool:
        """Saves calls, no more: two who set up one bot tell Telegram the same."""
        try:
            return bool(await self.redis.set(key, 1, nx=True, ex=seconds))
        except (RedisError, OSError, TimeoutError):
            return True

    async def _gives_back(self, shop: ShopBot) -> None:
        try:
            await self.redis.delete(f"kram:tg:{shop.telegram.id}:setup")
        except (RedisError, OSError, TimeoutError):
            _log.warning("setup lease ends by itself", shop=shop.tenant.slug)


async def _sleep(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
