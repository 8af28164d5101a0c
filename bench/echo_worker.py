"""A worker whose handlers do nothing but finish their row, and say when: for `events.py`.

Run as `python -m bench.echo_worker`, configured by KRAM_ variables like any process of Kram.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from redis.asyncio import Redis
from taskiq.receiver import Receiver

from kram.app.process import open_core, run
from kram.app.settings import Settings
from kram.app.wiring import SUBSCRIBERS
from kram.app.worker import task
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.events.handling import Delivery
from kram.kit.events.runner import Runner
from kram.kit.queue import make_broker

TIMED = "crm.fan_out"
TIMES = "bench:handled"
"""A list of "row's id, monotonic seconds": the clock is one for all processes of a machine."""


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    broker = make_broker(settings.broker_url)
    broker.is_worker_process = True
    async with open_core(settings, pool_size=20) as core:
        names = {name for heard in SUBSCRIBERS.events.values() for name in heard}
        runner = Runner(core.db, dict.fromkeys(names, _echo(core.redis)), _tenant)
        for name in names:
            broker.register_task(task(runner, name), task_name=name)
        await Receiver(broker, max_async_tasks=20, validate_params=False).listen(stop)


def _echo(redis: Redis) -> Callable[[Delivery[object]], Awaitable[None]]:
    async def handle(delivery: Delivery[object]) -> None:
        async with delivery.done():
            pass
        if delivery.handler == TIMED:
            await redis.rpush(TIMES, f"{delivery.row_id} {time.monotonic()}")

    return handle


async def _tenant(tenant_id: UUID) -> Tenant:
    """The benchmark's only shop: its schema is called after its id."""
    return Tenant(TenantId(tenant_id), f"t_{tenant_id.hex}", "bench")


if __name__ == "__main__":
    run(serve)
