"""Whether the servers that the settings name answer; if not, one sentence that names the setting.

The addresses may be the person's own, and a traceback says neither which one is wrong nor why.
"""

from importlib import import_module

import asyncpg
from redis.exceptions import RedisError

from kram.app.settings import Settings
from kram.kit import valkey

_PATIENCE_SECONDS = 10


async def reach_servers(settings: Settings) -> None:
    """Raises SystemExit."""
    await _reach_database(settings.database_url)
    await _reach_valkey(settings.redis_url)
    if settings.broker_url != settings.redis_url:
        await reach_queue(settings)


async def _reach_database(url: str) -> None:
    try:
        connection = await asyncpg.connect(url, timeout=_PATIENCE_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unreachable("the database", "KRAM_DATABASE_URL", error) from error
    await connection.close()


async def _reach_valkey(url: str) -> None:
    try:
        async with valkey.connect(url) as client:
            await client.ping()
    except (RedisError, OSError, ValueError) as error:
        raise _unreachable("Valkey", "KRAM_REDIS_URL", error) from error


async def reach_queue(settings: Settings) -> None:
    """Raises SystemExit."""
    # Its library takes half a second to import: only who has a queue apart pays for it.
    queue = import_module("kram.kit.queue")
    is_apart = settings.broker_url != settings.redis_url
    try:
        await queue.reach(settings.broker_url)
    except queue.Unreachable as error:
        setting = "KRAM_BROKER_URL" if is_apart else "KRAM_REDIS_URL"
        raise _unreachable("the task queue", setting, error) from error


def _unreachable(what: str, setting: str, error: Exception) -> SystemExit:
    reason = str(error).strip().rstrip(".") or "no answer"
    return SystemExit(f"No connection to {what} of {setting}: {reason}.")
