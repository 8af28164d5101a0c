"""The relay's process: leases rows in flight and puts them on the queue."""

import asyncio
import logging

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError
from taskiq import AsyncBroker
from taskiq.kicker import AsyncKicker

from kram.app.process import open_core, run
from kram.app.reach import reach_queue
from kram.app.settings import Settings
from kram.app.wiring import SUBSCRIBERS
from kram.kit.events.queries import LeasedRow
from kram.kit.events.relay import Relay, Send
from kram.kit.heartbeat import Heartbeat
from kram.kit.queue import make_broker
from kram.kit.valkey import RELAY_CHANNEL

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.1
_PAUSE_SECONDS = 0.5


def sender(broker: AsyncBroker) -> Send:
    async def send(row: LeasedRow, handler: str) -> None:
        kicker: AsyncKicker[[str], None] = AsyncKicker(handler, broker, {})
        await kicker.kiq(msgspec.json.encode(row).decode())

    return send


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    await reach_queue(settings)
    broker = make_broker(settings.broker_url)
    async with open_core(settings, pool_size=3) as core:
        await broker.startup()
        woken = asyncio.Event()
        relay = Relay(core.db, SUBSCRIBERS, sender(broker), lease=settings.relay_lease)
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(_listen(core.redis, woken))
            heartbeat = Heartbeat(settings.heartbeats["relay"], ["relay"])
            await relay.run(stop, woken, poll_seconds=_POLL_SECONDS, turned=heartbeat.of("relay"))
            listener.cancel()
        await broker.shutdown()


async def _listen(redis: Redis, woken: asyncio.Event) -> None:
    """Sets `woken` whenever a commit announces rows; without Valkey the polls find them."""
    while True:
        try:
            async with redis.pubsub() as channel:
                await channel.subscribe(RELAY_CHANNEL)
                while True:
                    if await channel.get_message(ignore_subscribe_messages=True, timeout=1):
                        woken.set()
        except (RedisError, OSError, TimeoutError):
            _log.warning("valkey is away; polling")
            await asyncio.sleep(_PAUSE_SECONDS)


def main() -> None:
    run(serve)
