"""The scheduler's process: puts timed jobs on the queue when their minute comes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from taskiq import AsyncBroker, ScheduledTask, TaskiqScheduler
from taskiq.cli.scheduler.run import SchedulerLoop
from taskiq.schedule_sources import LabelScheduleSource

from kram.app.jobs import register_jobs
from kram.app.process import run
from kram.app.reach import reach_queue
from kram.app.settings import Settings
from kram.kit.heartbeat import Heartbeat
from kram.kit.queue import make_broker

_LOOK = timedelta(seconds=10)


class _Watched(LabelScheduleSource):
    """The scheduler's loop asks for the schedules now and then: that is its turn."""

    def __init__(self, broker: AsyncBroker, turned: Callable[[], None]) -> None:
        super().__init__(broker)
        self._turned = turned

    async def get_schedules(self) -> list[ScheduledTask]:
        self._turned()
        return await super().get_schedules()


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    await reach_queue(settings)
    broker = make_broker(settings.broker_url)
    register_jobs(broker, None)
    heartbeat = Heartbeat(settings.heartbeats["scheduler"], ["loop"])
    async with asyncio.TaskGroup() as group:
        loop = group.create_task(run_loop(broker, heartbeat.of("loop")))
        await stop.wait()
        loop.cancel()


async def run_loop(broker: AsyncBroker, turned: Callable[[], None]) -> None:
    """Until it is cancelled."""
    scheduler = TaskiqScheduler(broker, [_Watched(broker, turned)])
    await scheduler.startup()
    try:
        await SchedulerLoop(scheduler).run(update_interval=_LOOK)
    finally:
        await scheduler.shutdown()


def main() -> None:
    run(serve)
