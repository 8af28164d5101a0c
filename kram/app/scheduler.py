"""The scheduler's process: puts timed jobs on the queue when their minute comes."""

import asyncio

from taskiq import TaskiqScheduler
from taskiq.cli.scheduler.run import SchedulerLoop
from taskiq.schedule_sources import LabelScheduleSource

from kram.app.jobs import register_jobs
from kram.app.process import run
from kram.app.reach import reach_queue
from kram.app.settings import Settings
from kram.kit.queue import make_broker


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    await reach_queue(settings)
    broker = make_broker(settings.broker_url)
    register_jobs(broker, None)
    scheduler = TaskiqScheduler(broker, [LabelScheduleSource(broker)])
    await scheduler.startup()
    async with asyncio.TaskGroup() as group:
        loop = group.create_task(SchedulerLoop(scheduler).run())
        await stop.wait()
        loop.cancel()
    await scheduler.shutdown()


def main() -> None:
    run(serve)
