"""For work without a public address: asks Telegram for updates and stores them as the webhook does.

One process only: Telegram gives a bot's updates to one reader.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import httpx
import msgspec
import structlog

from kram.bot import queries
from kram.bot.assemble import ALLOWED_UPDATES
from kram.bot.envelope import read_envelope
from kram.bot.inbox import store_update
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import Flooded, TelegramFailure
from kram.integrations.telegram.plain import plain_call
from kram.kit.db.database import Database
from kram.kit.valkey import Waker

_LOOK_SECONDS = 5.0
_WAIT_SECONDS = 25
_PAUSE_SECONDS = 3.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Polling:
    """`http` must wait longer than `_WAIT_SECONDS` for an answer; `dress` gives a bot its looks."""

    db: Database
    directory: BotDirectory
    http: httpx.AsyncClient
    api_url: str
    waker: Waker
    dress: Callable[[ShopBot], Awaitable[None]]

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; bots that are connected meanwhile are taken up."""
        polled: dict[UUID, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                for shop_id in await self._shops():
                    if shop_id not in polled:
                        polled[shop_id] = group.create_task(self._poll(shop_id))
                await _wait(stop, _LOOK_SECONDS)
            for task in polled.values():
                task.cancel()

    async def _shops(self) -> list[UUID]:
        async with self.db.platform() as tx:
            unconfigured = await queries.shops_to_configure(tx)
            return [*unconfigured, *await queries.shops_with_bots(tx)]

    async def _poll(self, shop_id: UUID) -> None:
        offset: int | None = None
        while True:
            try:
                shop = await self.directory.of_shop(shop_id)
                if shop is None:
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                if offset is None:
                    await self._begin(shop)
                offset = await self._take(shop, offset or 0)
            except TelegramFailure as error:
                _log.error("cannot poll", shop=str(shop_id), why=str(error))
                pause = error.retry_after if isinstance(error, Flooded) else _PAUSE_SECONDS
                await asyncio.sleep(pause)

    async def _begin(self, shop: ShopBot) -> None:
        await self.dress(shop)
        await self._call(shop, "deleteWebhook", {})

    async def _take(self, shop: ShopBot, offset: int) -> int:
        """Stores what has come; Telegram forgets it only when asked for what comes after."""
        asked = {"offset": offset, "timeout": _WAIT_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        answer = await self._call(shop, "getUpdates", asked)
        for body in msgspec.json.decode(answer, type=list[msgspec.Raw]):
            envelope = read_envelope(bytes(body))
            async with self.db.platform() as tx:
                await store_update(tx, shop.tenant.id, shop.telegram.id, envelope, bytes(body))
            offset = envelope.update_id + 1
            await self.waker.wake()
        return offset

    async def _call(self, shop: ShopBot, method: str, parameters: dict[str, object]) -> msgspec.Raw:
        return await plain_call(self.http, self.api_url, shop.telegram.token, method, parameters)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
