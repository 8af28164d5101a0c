"""Telegram's sending limits, kept in Valkey for all processes that speak for a bot.

https://core.telegram.org/bots/faq: 30 messages a second in all, 1 a second in one chat with short
bursts, 20 a minute in a group. The true limits are not published: a 429 pauses the whole bot.
"""

import logging
import math
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

_log = logging.getLogger(__name__)

# Takes a place in every bucket or in none. A bucket is one number, the instant (ms) at which it
# would be full again: https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
_TAKE = """
local paused = redis.call('PTTL', KEYS[1])
if paused > 0 then return paused end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, full_at = 0, {}
for i = 2, #KEYS do
    local interval, burst = tonumber(ARGV[2 * i - 3]), tonumber(ARGV[2 * i - 2])
    local at = math.max(now, tonumber(redis.call('GET', KEYS[i]) or now))
    wait = math.max(wait, at - now - interval * (burst - 1))
    full_at[i] = at + interval
end
if wait > 0 then return math.ceil(wait) end
for i = 2, #KEYS do
    redis.call('SET', KEYS[i], full_at[i], 'PX', math.ceil(full_at[i] - now))
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """One message per `interval_ms`, of which `burst` may come at once."""

    interval_ms: int
    burst: int


PER_BOT = Limit(40, 25)
PER_CHAT = Limit(1_000, 5)
PER_GROUP = Limit(3_000, 20)


class Throttle:
    """Keys are `kram:tg:{bot's Telegram id}:…`.

    Without Valkey everything passes: a flood is answered by Telegram with 429, silence by nobody.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take: Any = redis.register_script(_TAKE)

    async def wait_seconds(self, bot_id: int, chat_id: int) -> float:
        """0 takes a place; otherwise nothing is taken and this is how long to wait."""
        buckets = [("all", PER_BOT), (f"chat:{chat_id}", PER_CHAT)]
        if chat_id < 0:
            buckets.append((f"group:{chat_id}", PER_GROUP))
        keys = [_key(bot_id, "pause"), *(_key(bot_id, f"sent:{name}") for name, _ in buckets)]
        figures = [figure for _, limit in buckets for figure in (limit.interval_ms, limit.burst)]
        try:
            return int(await self._take(keys=keys, args=figures)) / 1000
        except (RedisError, OSError, TimeoutError):
            _log.warning("no Valkey: bot %s sends without our limits", bot_id)
            return 0

    async def paused_seconds(self, bot_id: int) -> float:
        """How long the bot must still be silent after a 429."""
        try:
            return max(0, await self._redis.pttl(_key(bot_id, "pause"))) / 1000
        except (RedisError, OSError, TimeoutError):
            return 0

    async def pause(self, bot_id: int, seconds: float) -> None:
        """Silences the bot in every process, as a 429 demands."""
        try:
            await self._redis.set(_key(bot_id, "pause"), 1, px=max(1, math.ceil(seconds * 1000)))
        except (RedisError, OSError, TimeoutError):
            _log.warning("no Valkey: only this process keeps bot %s silent", bot_id)


def _key(bot_id: int, name: str) -> str:
    return f"kram:tg:{bot_id}:{name}"
