"""`kram health`: every process without a port tells by its own loop that it is ready for work."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from taskiq import InMemoryBroker
from taskiq.kicker import AsyncKicker
from taskiq.receiver import Receiver
from typer.testing import CliRunner

from kram.app import scheduler, worker
from kram.app.cli import app
from kram.app.health import BEATING, OLDEST_SECONDS, heartbeat_file
from kram.app.settings import Settings
from kram.kit.heartbeat import seconds_since_beat
from kram.kit.queue import make_broker
from tests.processes import running

pytestmark = pytest.mark.anyio


class Turns:
    """Counts a loop's turns."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1

    async def go_on(self, seconds: float = 10) -> bool:
        """Whether there is another one within that time."""
        before, until = self.count, time.monotonic() + seconds
        while self.count == before and time.monotonic() < until:
            await asyncio.sleep(0.02)
        return self.count > before


def asked(name: str, folder: Path) -> tuple[int, str]:
    answer = CliRunner().invoke(app, ["health", name], env={"KRAM_HEALTH_DIR": str(folder)})
    return answer.exit_code, answer.output.strip()


def test_what_never_lived_what_lives_and_what_is_stuck(tmp_path: Path) -> None:
    file = tmp_path / "relay"
    assert asked("relay", tmp_path) == (1, "The relay has given no sign of life yet.")
    file.touch()
    assert asked("relay", tmp_path) == (0, "The relay gave its last sign of life 0 s ago.")
    os.utime(file, (time.time() - OLDEST_SECONDS - 5,) * 2)
    assert asked("relay", tmp_path) == (1, "The relay gave its last sign of life 95 s ago.")


def test_a_process_that_gives_no_sign_is_not_taken_for_a_dead_one(tmp_path: Path) -> None:
    code, said = asked("web", tmp_path)
    assert code == 2
    assert "relay, worker, bots, scheduler" in said


def test_the_file_lies_with_the_data_unless_told(tmp_path: Path) -> None:
    environ = {"KRAM_DATA_DIR": "/var/lib/kram"}
    assert heartbeat_file(environ, "relay") == Path("/var/lib/kram/health/relay")
    assert heartbeat_file({**environ, "KRAM_HEALTH_DIR": "/tmp/a"}, "bots") == Path("/tmp/a/bots")


async def test_a_worker_whose_slots_are_all_stuck_is_seen(
    valkey: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 0.02)
    broker, turns, stop, let_go = make_broker(redis_url), Turns(), asyncio.Event(), asyncio.Event()
    broker.is_worker_process = True
    broker.register_task(_waiting(let_go), task_name="stuck")
    receiver = Receiver(broker, max_async_tasks=3, validate_params=False)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(receiver.listen(stop))
        watching = group.create_task(worker.watch_slots(receiver, turns))
        assert await turns.go_on()
        await AsyncKicker("stuck", broker, {}).kiq()
        assert await turns.go_on(), "the receiver waits in one slot, and one is free"
        await AsyncKicker("stuck", broker, {}).kiq()
        async with asyncio.timeout(10):
            while await turns.go_on(0.5):
                pass
        let_go.set()
        assert await turns.go_on()
        stop.set()
        await listening
        watching.cancel()
    await broker.shutdown()


def _waiting(let_go: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        await let_go.wait()

    return wait


async def test_the_schedulers_own_loop_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "_LOOK", timedelta(seconds=0.1))
    turns = Turns()
    async with asyncio.TaskGroup() as group:
        loop = group.create_task(scheduler.run_loop(InMemoryBroker(), turns))
        for _ in range(3):
            assert await turns.go_on()
        loop.cancel()
    assert not await turns.go_on(1.5)


async def test_every_process_shows_that_it_lives_and_one_that_stops_does_not(
    settings: Settings, tmp_path: Path
) -> None:
    async with running(settings, tmp_path / "stack", BEATING) as processes:
        files = processes.settings.heartbeats
        async with asyncio.timeout(30):
            while not all(file.exists() for file in files.values()):
                await asyncio.sleep(0.1)
        os.kill(processes.pid("relay"), signal.SIGSTOP)
        await asyncio.sleep(4)
        ages = {name: seconds_since_beat(file) or 0.0 for name, file in files.items()}
        os.kill(processes.pid("relay"), signal.SIGCONT)
    assert ages.pop("relay") > 3.5
    assert ages.pop("scheduler") < 13, "its loop looks around every ten seconds"
    assert all(age < 3.5 for age in ages.values()), ages
