"""A worker's process: runs handlers for the rows that the relay hands out, and timed jobs."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from taskiq.receiver import Receiver

from kram.app.handlers import open_handlers
from kram.app.jobs import register_jobs
from kram.app.process import open_core, run
from kram.app.reach import reach_queue
from kram.app.settings import Settings
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.events.queries import LeasedRow
from kram.kit.events.runner import Runner
from kram.kit.heartbeat import Heartbeat
from kram.kit.queue import make_broker
from kram.tenants.registry import Registry

_AT_ONCE = 20
_LOOK_SECONDS = 1.0


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    await reach_queue(settings)
    broker = make_broker(settings.broker_url)
    broker.is_worker_process = True
    async with open_core(settings, pool_size=_AT_ONCE) as core, open_handlers(core) as handlers:
        runner = Runner(core.db, handlers, finder(core.registry))
        for name in handlers:
            broker.register_task(task(runner, name), task_name=name)
        register_jobs(broker, core)
        receiver = Receiver(
            broker, max_async_tasks=_AT_ONCE, validate_params=False, wait_tasks_timeout=8
        )
        heartbeat = Heartbeat(settings.heartbeats["worker"], ["slots"])
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(watch_slots(receiver, heartbeat.of("slots")))
            await receiver.listen(stop)
            watching.cancel()
        await broker.shutdown()


async def watch_slots(receiver: Receiver, turned: Callable[[], None]) -> None:
    """Takes its turn for a slot, as each message does: while what runs is stuck, it gets none."""
    while True:
        async with receiver.sem_prefetch:
            turned()
        await asyncio.sleep(_LOOK_SECONDS)


def task(runner: Runner, name: str) -> Callable[[str], Awaitable[None]]:
    async def handle(row: str) -> None:
        await runner.run(msgspec.json.decode(row, type=LeasedRow), name)

    return handle


def finder(registry: Registry) -> Callable[[UUID], Awaitable[Tenant | None]]:
    async def find(tenant_id: UUID) -> Tenant | None:
        card = await registry.by_id(TenantId(tenant_id))
        return card.tenant if card else None

    return find


def main() -> None:
    run(serve)
