"""Connections to Valkey, and the channels on which processes wake each other.

Nothing here is the truth: whatever is in Valkey may vanish at any moment.
"""

import logging
import secrets

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


_TAKE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
_GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Lease:
    """What one process does at a time, as long as Valkey remembers it.

    It spares everybody a quarrel and no more: who finds Valkey away goes on, so that what is done
    under it must be right when two do it.
    """

    def __init__(self, redis: Redis, key: str, seconds: float) -> None:
        self._redis = redis
        self._key = key
        self._milliseconds = round(seconds * 1000)
        self._holder = secrets.token_hex(16)

    async def take(self) -> bool:
        """Takes or renews it; False while another holds it."""
        script = self._redis.register_script(_TAKE)
        try:
            return bool(await script(keys=[self._key], args=[self._holder, self._milliseconds]))
        except (RedisError, OSError, TimeoutError):
            return True

    async def give_back(self) -> None:
        """Nothing if another holds it."""
        try:
            await self._redis.register_script(_GIVE_BACK)(keys=[self._key], args=[self._holder])
        except (RedisError, OSError, TimeoutError):
            _log.warning("%s ends by itself", self._key)
