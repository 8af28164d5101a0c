"""Connections to Valkey, and the channels on which processes wake each other.

Nothing here is the truth: whatever is in Valkey may vanish at any moment.
"""

import logging

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

RELAY_CHANNEL = "kram:wake:relay"
BOTS_CHANNEL = "kram:wake:bots"
CATALOG_CHANNEL = "kram:catalog"
"""Message: "<tenant id> <catalogue version>"."""

_log = logging.getLogger(__name__)


def connect(url: str) -> Redis:
    """A client with a pool; answers within 2 s or raises RedisError."""
    return Redis.from_url(
        url,
        socket_timeout=2,
        socket_connect_timeout=2,
        health_check_interval=30,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 2),
    )


class Waker:
    """Tells a sleeping process that rows are waiting. Best effort: the sleeper also polls."""

    def __init__(self, redis: Redis, channel: str) -> None:
        self._redis = redis
        self._channel = channel

    async def wake(self) -> None:
        try:
            await self._redis.publish(self._channel, b"1")
        except (RedisError, OSError, TimeoutError):
            _log.warning("cannot wake %s; its next poll finds the rows", self._channel)
