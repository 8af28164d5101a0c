"""The task queue: it wakes workers and spreads the work, and is allowed to lose everything.

`redis://` uses a stream of Valkey, `amqp://` RabbitMQ (setting `KRAM_BROKER_URL`). Rows in
PostgreSQL are the truth; the relay sends again what no handler has finished.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

import aio_pika
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from taskiq import AsyncBroker, BrokerMessage
from taskiq_aio_pika import AioPikaBroker
from taskiq_aio_pika.queue import Queue
from taskiq_redis import RedisStreamBroker

from kram.kit import valkey

_log = logging.getLogger(__name__)
_GROUP = "workers"
_PAUSE_SECONDS = 0.5
_PATIENCE_SECONDS = 5
_LONGEST_STREAM = 100_000
"""Older messages fall off; their rows are sent again when the lease ends."""


class WakeStreamBroker(RedisStreamBroker):
    """A stream without claims: a message is read once, a dead worker's rows come again.

    The stock broker reclaims under a lock that a killed process keeps for ever, skips what was
    sent before its group existed, and stops at the first lost connection.
    """

    def __init__(self, url: str) -> None:
        super().__init__(
            url,
            queue_name="kram:tasks",
            consumer_group_name=_GROUP,
            consumer_name="worker",
            consumer_id="0",
            maxlen=_LONGEST_STREAM,
            protocol=2,
        )
        # The stock broker makes a client for each message: that takes longer than sending it.
        self._redis: Redis = Redis(connection_pool=self.connection_pool)

    async def kick(self, message: BrokerMessage) -> None:
        await self._redis.xadd(
            self.queue_name, {"data": message.message}, maxlen=self.maxlen, approximate=True
        )

    async def listen(self) -> AsyncGenerator[bytes, None]:  # type: ignore[override]
        while True:
            try:
                messages = await self._take()
                for _, fields in messages:
                    yield fields[b"data"]
                # After they are handed on: nobody waits for it, and what a kill leaves is trimmed.
                if messages:
                    await self._redis.xdel(self.queue_name, *(message[0] for message in messages))
            except ResponseError:
                # A wiped Valkey has no group any more.
                await asyncio.sleep(_PAUSE_SECONDS)
                await self._declare_consumer_group()
            except (RedisError, OSError, TimeoutError) as error:
                _log.warning("the queue is away (%s); reading again soon", type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _take(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        answer: Any = await self._redis.xreadgroup(
            _GROUP, self.consumer_name, {self.queue_name: ">"}, block=1000, count=20, noack=True
        )
        if not answer:
            return []
        messages: list[tuple[bytes, dict[bytes, bytes]]] = answer[0][1]
        return messages


def make_broker(url: str) -> AsyncBroker:
    """For the addresses that the settings let through."""
    if _is_rabbit(url):
        return AioPikaBroker(url, task_queues=[Queue(name="kram.tasks")])
    return WakeStreamBroker(url)


class Unreachable(Exception):
    """The queue's server is away, or does not let us in; the text says which."""


async def reach(url: str) -> None:
    """Raises Unreachable, at the latest after some seconds."""
    try:
        if _is_rabbit(url):
            with _silenced("aiormq.connection"):  # it logs what it also raises
                await _reach_rabbit(url)
        else:
            async with valkey.connect(url) as client:
                await client.ping()
    except (RedisError, AMQPError, OSError, TimeoutError, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from error


async def _reach_rabbit(url: str) -> None:
    connection = aio_pika.Connection(make_url(url))
    try:
        await connection.connect(timeout=_PATIENCE_SECONDS)
    finally:
        await connection.close()  # also of none that was made: it would try when it is collected


def _is_rabbit(url: str) -> bool:
    return url.startswith(("amqp://", "amqps://"))


@contextmanager
def _silenced(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False
