"""For a machine without a public address: asks Telegram for updates, and stores them as the webhook
does.

Telegram gives a bot's updates to one reader, so one process holds the bot's lease. Should two read
all the same (Valkey was wiped), each stores what it got before it asks for more, and a row is
stored once: nothing is lost or doubled, one of the two is refused.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import httpx
import msgspec
import structlog
from redis.asyncio import Redis

from kram.bot import queries
from kram.bot.assemble import ALLOWED_UPDATES
from kram.bot.envelope import Envelope, read_envelope
from kram.bot.inbox import store_update
from kram.bot.setup import Setup
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import (
    Flooded,
    PolledElsewhere,
    TelegramFailure,
    TokenRevoked,
)
from kram.integrations.telegram.plain import plain_call
from kram.kit.db.database import Database
from kram.kit.valkey import BOTS_CHANNEL, Lease, Waker

_LOOK_SECONDS = 5.0
_WAIT_SECONDS = 15
ANSWER_SECONDS = _WAIT_SECONDS + 10.0
"""How long an answer may take; the lease outlives it, or it would end while we wait."""
_LEASE_SECONDS = ANSWER_SECONDS + 5.0

_log = structlog.get_logger(__name__)


class _Numbered(msgspec.Struct, frozen=True):
    update_id: int


@dataclass(slots=True)
class Polling:
    """`http` waits `ANSWER_SECONDS` for an answer, on as many connections as there are bots."""

    db: Database
    redis: Redis
    directory: BotDirectory
    setup: Setup
    http: httpx.AsyncClient
    api_url: str

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; bots that are set up meanwhile are taken up."""
        polled: dict[UUID, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                for shop_id in await self._shops():
                    if shop_id not in polled or polled[shop_id].done():
                        polled[shop_id] = group.create_task(self._poll(shop_id, stop))
                await _wait(stop, _LOOK_SECONDS)
            for task in polled.values():
                task.cancel()

    async def _shops(self) -> Sequence[UUID]:
        try:
            async with self.db.platform() as tx:
                return await queries.shops_with_bots(tx)
        except Exception:
            _log.exception("bots cannot be listed")
            return []

    async def _poll(self, shop_id: UUID, stop: asyncio.Event) -> None:
        """As long as the bot is ours to poll; after a failure the next look takes it up again."""
        shop = await self._own(shop_id)
        if shop is None:
            return
        lease = Lease(self.redis, f"kram:tg:{shop.telegram.id}:poll", _LEASE_SECONDS)
        try:
            offset = 0
            while shop is not None and not stop.is_set() and await lease.take():
                offset = await self._take(shop, offset)
                shop = await self._own(shop_id, shop.telegram.id)
        except TelegramFailure as error:
            _log.warning("cannot poll", shop=str(shop_id), why=str(error))
            await self._heal(shop, error)
        except Exception:
            _log.exception("cannot poll", shop=str(shop_id))
        finally:
            await lease.give_back()

    async def _own(self, shop_id: UUID, telegram_id: int | None = None) -> ShopBot | None:
        """None: the shop has no bot, it is not set up for polling, or it is another by now."""
        shop = await self.directory.of_shop(shop_id)
        if shop is None or not (shop.is_configured and shop.is_polled):
            return None
        return shop if telegram_id in (None, shop.telegram.id) else None

    async def _take(self, shop: ShopBot, offset: int) -> int:
        """Stores what has come and returns what to ask for next: only then Telegram forgets it.

        0 after an empty answer: all was confirmed by asking, and after a quiet week Telegram
        counts on from any number, also from a lower one.
        """
        asked = {"offset": offset, "timeout": _WAIT_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        answer = await plain_call(self.http, self.api_url, shop.telegram.token, "getUpdates", asked)
        bodies = msgspec.json.decode(answer, type=list[msgspec.Raw])
        after = 0
        for body in map(bytes, bodies):
            envelope = _envelope(body)
            async with self.db.platform() as tx:
                await store_update(tx, shop.tenant.id, shop.telegram.id, envelope, body)
            after = max(after, envelope.update_id + 1)
            await Waker(self.redis, BOTS_CHANNEL).wake()
        return after

    async def _heal(self, shop: ShopBot | None, error: TelegramFailure) -> None:
        match error:
            case Flooded():
                await asyncio.sleep(error.retry_after)
            case PolledElsewhere() | TokenRevoked() if shop is not None:
                # Somebody set a webhook, or the token is dead: this call knows what to do of it.
                try:
                    await self.setup.reconcile(shop)
                except Exception as failure:
                    _log.warning("webhook unknown", shop=shop.tenant.slug, why=str(failure))


def _envelope(body: bytes) -> Envelope:
    """What cannot be read is stored too: it must not stand in the way of what comes after."""
    try:
        return read_envelope(body)
    except msgspec.ValidationError:
        return Envelope(msgspec.json.decode(body, type=_Numbered).update_id, None)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
