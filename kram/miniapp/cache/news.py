"""How a process hears that a shop changed: a message in Valkey for everybody who shows pages.

A message may be lost, and is not waited for: `VersionCache` looks by itself soon enough.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kram.kit.events.handling import Delivery
from kram.kit.valkey import CATALOG_CHANNEL
from kram.miniapp.cache.versions import VersionCache
from kram.shop.catalog.events import CatalogChanged

_UNREACHABLE = (RedisError, OSError, TimeoutError)
_SHORTEST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.2, 10.0

_log = structlog.get_logger(__name__)


async def announce(redis: Redis, shop_id: UUID, version: int) -> None:
    """After the commit that made the version. Best effort."""
    try:
        await redis.publish(CATALOG_CHANNEL, f"{shop_id} {version}")
    except _UNREACHABLE:
        _log.warning("a change was not announced: pages show it within two seconds")


@dataclass(frozen=True, slots=True)
class CatalogueNews:
    """A worker's handler."""

    redis: Redis

    async def catalogue_changed(self, delivery: Delivery[CatalogChanged]) -> None:
        """Hears `catalog.changed.v1`."""
        await announce(self.redis, delivery.tenant.id, delivery.message.version)
        async with delivery.done():
            return


async def listen(redis: Redis, versions: VersionCache) -> None:
    """Runs until it is cancelled, in a task group of the process that shows pages."""
    wait = _SHORTEST_WAIT_SECONDS
    while True:
        try:
            async with redis.pubsub(ignore_subscribe_messages=True) as channel:
                await channel.subscribe(CATALOG_CHANNEL)
                wait = _SHORTEST_WAIT_SECONDS
                async for message in channel.listen():
                    _believe(versions, message["data"])
        except _UNREACHABLE:
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)


def _believe(versions: VersionCache, message: bytes) -> None:
    shop_id, _, version = message.decode("latin-1").partition(" ")
    try:
        versions.announced(UUID(shop_id), int(version))
    except ValueError:
        _log.warning("an unreadable message about a catalogue", message=message[:80])
