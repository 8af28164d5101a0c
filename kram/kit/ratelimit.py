"""Token buckets in Valkey: so many at once, refilled evenly, the same for all processes."""

import hashlib
import math
from typing import NamedTuple

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

_log = structlog.get_logger(__name__)

# The server's clock is used: those of our machines may differ.
_TAKE = """
local capacity, per_ms, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(state[1]) or capacity, tonumber(state[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * capacity / per_ms)
local allowed = tokens >= cost
if allowed then tokens = tokens - cost end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], per_ms)
local wait_ms = allowed and 0 or math.ceil((cost - tokens) * per_ms / capacity)
return {allowed and 1 or 0, wait_ms, math.floor(tokens)}
"""


class TooManyRequests(AppError):
    """`retry_after` is in whole seconds."""

    code = "too_many_requests"
    kind = Kind.LIMITED
    title = gettext_noop("Too many requests")

    def __init__(self, retry_after: int) -> None:
        message = gettext_noop("Too many tries: wait %(retry_after)s seconds")
        super().__init__(message, retry_after=retry_after)


class Allowance(NamedTuple):
    is_allowed: bool
    retry_after_seconds: float
    left: int


class TokenBucket:
    """`capacity` at once, and as many again in each `per_seconds`.

    Without Valkey everything is allowed: a limit must not be what stops the shop.
    """

    def __init__(self, name: str, *, capacity: int, per_seconds: float) -> None:
        self._name = name
        self._capacity = capacity
        self._per_ms = math.ceil(per_seconds * 1000)

    async def take(self, redis: Redis, key: str, cost: int = 1) -> None:
        """Raises: TooManyRequests."""
        allowance = await self.try_take(redis, key, cost)
        if not allowance.is_allowed:
            raise TooManyRequests(math.ceil(allowance.retry_after_seconds))

    async def try_take(self, redis: Redis, key: str, cost: int = 1) -> Allowance:
        """`key` says whose bucket it is: a tenant, an address, an account."""
        script = redis.register_script(_TAKE)
        try:
            allowed, wait_ms, left = await script(
                keys=[self._key(key)], args=[self._capacity, self._per_ms, cost]
            )
        except RedisError as error:
            _log.warning("limit not enforced", limit=self._name, reason=str(error))
            return Allowance(True, 0, self._capacity)
        return Allowance(bool(allowed), wait_ms / 1000, left)

    def _key(self, key: str) -> str:
        """Hashed: keys are often addresses of people, and of any length."""
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16)
        return f"limit:{self._name}:{digest.hexdigest()}"
