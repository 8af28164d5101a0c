"""A worker whose handlers do nothing but finish their row: for `events.py`.

Run as `python -m bench.echo_worker`, configured by KRAM_ variables like any process of Kram.
"""

import asyncio
import gc
from uuid import UUID

from taskiq.receiver import Receiver

from kram.app.process import open_core, run
from kram.app.settings import Settings
from kram.app.wiring import SUBSCRIBERS
from kram.app.worker import task
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.events.handling import Delivery
from kram.kit.events.runner import Runner
from kram.kit.queue import make_broker


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    broker = make_broker(settings.broker_url)
    broker.is_worker_process = True
    async with open_core(settings, pool_size=20) as core:
        names = {name for heard in SUBSCRIBERS.events.values() for name in heard}
        runner = Runner(core.db, dict.fromkeys(names, _finish), _tenant)
        for name in names:
            broker.register_task(task(runner, name), task_name=name)
        await Receiver(broker, max_async_tasks=20, validate_params=False).listen(stop)


async def _finish(delivery: Delivery[object]) -> None:
    async with delivery.done():
        return


async def _tenant(tenant_id: UUID) -> Tenant:
    """The benchmark's only shop: its schema is called after its id."""
    return Tenant(TenantId(tenant_id), f"t_{tenant_id.hex}", "bench")


if __name__ == "__main__":
    gc.freeze()  # as `kram run` does
    run(serve)
