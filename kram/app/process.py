"""What every process of Kram does first and last: settings, logs, one loop, one stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvloop
from redis.asyncio import Redis

from kram.app.settings import Settings, read_settings
from kram.kit import valkey
from kram.kit.db.database import Database
from kram.kit.logs import configure_logs
from kram.tenants.registry import Registry

_log = logging.getLogger(__name__)

Serve = Callable[[Settings, asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Core:
    """What nearly every process needs open."""

    settings: Settings
    db: Database
    redis: Redis
    registry: Registry


def run(serve: Serve) -> None:
    """Runs `serve` until SIGTERM or Ctrl-C sets its event, then lets it finish."""
    settings = read_settings()
    configure_logs(json=not settings.is_development, coloured=settings.coloured_logs)
    uvloop.run(_until_stopped(serve, settings))


async def _until_stopped(serve: Serve, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    _log.info("started")
    await serve(settings, stop)


@asynccontextmanager
async def open_core(settings: Settings, *, pool_size: int = 10) -> AsyncIterator[Core]:
    redis = valkey.connect(settings.redis_url)
    wake = valkey.Waker(redis, valkey.RELAY_CHANNEL).wake
    db = Database(settings.app_database_url, pool_size=pool_size, wake=wake)
    try:
        yield Core(settings, db, redis, Registry(db, settings.keys))
    finally:
        await db.close()
        await redis.aclose()
