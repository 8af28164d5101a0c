"""Kram's own processes over the services of the tests: started, killed and started again.

They see the whole database of this pytest worker, so they run only while their test does.
"""

import asyncio
import os
import secrets
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
from redis.asyncio import Redis

from kram.app.devstack.addresses import Addresses
from kram.app.devstack.configuration import child_environment
from kram.app.devstack.home import Home
from kram.app.devstack.ports import Reservations
from kram.app.devstack.processes import spawn
from kram.app.devstack.servers import Servers
from kram.app.devstack.table import ENTRY_POINTS, kram_table
from kram.app.settings import Settings, read_settings
from tests.conftest import ROOT, make_environment
from tests.house import empty

ALL = ("web", "phone", "acquirer", "relay", "worker", "bots", "scheduler")
STARTED = "started"
"""What `app/process.py` logs when everything is imported and signals are heard."""

_PATIENCE_SECONDS = 60
_STOP_SECONDS = 15
_TAIL_LINES = 40


@dataclass(slots=True)
class Processes:
    """By name: web, phone, acquirer, relay, worker, bots, scheduler. Each has a log in `folder`.

    settings: as they read them, so with their own addresses.
    """

    settings: Settings
    addresses: Addresses
    folder: Path
    environment: dict[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _said: dict[str, int] = field(default_factory=dict)
    """The length of each log when its process was started last."""

    async def start(self, *names: str) -> None:
        """Returns when all of them serve. Raises AssertionError with the log of one that ends."""
        for name in names:
            self._spawn(name)
        await asyncio.gather(*(self._ready(name) for name in names))

    async def kill(self, *names: str) -> None:
        """SIGKILL, to whatever they are doing; returns when they are gone."""
        await self._end(signal.SIGKILL, names)

    async def stop(self, *names: str) -> dict[str, int]:
        """SIGTERM; returns their exit codes. Raises AssertionError if one would not leave."""
        return await self._end(signal.SIGTERM, names)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def log(self, name: str) -> str:
        """All that it has said, over all its starts."""
        path = self._log_path(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def tails(self) -> str:
        """The last lines of everybody, for the report of a test that failed."""
        names = [name for name in ENTRY_POINTS if self._log_path(name).exists()]
        return "\n".join(f"--- {name}\n{self._tail(name)}" for name in names)

    def end_all(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def _spawn(self, name: str) -> None:
        assert name not in self._running, f"{name} runs already"
        self._said[name] = len(self.log(name))
        with self._log_path(name).open("ab") as log:
            self._running[name] = spawn(
                _command(name),
                death_signal=signal.SIGKILL,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def _ready(self, name: str) -> None:
        process = self._running[name]
        until = time.monotonic() + _PATIENCE_SECONDS
        while not await self._serves(name):
            assert process.poll() is None, f"{name} ended: {process.returncode}\n{self._tail(name)}"
            assert time.monotonic() < until, f"{name} is not ready\n{self._tail(name)}"
            await asyncio.sleep(0.05)

    async def _serves(self, name: str) -> bool:
        match name:
            case "web":
                return await _answers(f"{self.addresses.web}/readyz")
            case "phone":
                return await _answers(f"{self.addresses.phone}/healthz")
            case "acquirer":
                return await _answers(f"{self.addresses.acquirer}/acquirer.css")
            case _:
                return STARTED in self.log(name)[self._said[name] :]

    async def _end(self, signum: signal.Signals, names: tuple[str, ...]) -> dict[str, int]:
        ending = {name: self._running.pop(name) for name in names}
        for process in ending.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signum)
        until = time.monotonic() + _STOP_SECONDS
        for name, process in ending.items():
            while process.poll() is None:
                if time.monotonic() > until:
                    self._running[name] = process
                    raise AssertionError(f"{name} does not stop\n{self._tail(name)}")
                await asyncio.sleep(0.01)
        return {name: process.returncode for name, process in ending.items()}

    def _log_path(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _tail(self, name: str) -> str:
        return "\n".join(self.log(name).splitlines()[-_TAIL_LINES:])


def _command(name: str) -> Sequence[str]:
    table = kram_table()
    programs = {program.name: program for program in (table.web, table.phone, *table.rest)}
    return programs[name].command


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            return (await http.get(url)).is_success
    except httpx.TransportError:
        return False


@asynccontextmanager
async def running(
    settings: Settings,
    folder: Path,
    names: Sequence[str] = ALL,
    *,
    lease_seconds: float = 2.0,
    **environment: str,
) -> AsyncIterator[Processes]:
    """Starts `names` (none of them: start them later), and leaves no process behind.

    First it empties the relay's tables and Valkey, or rows of earlier tests would be handled
    too: plant yours inside. lease_seconds: how long the rows of a killed process wait.
    """
    await _forget_earlier_tests(settings)
    ports = Reservations()
    try:
        environment["KRAM_RELAY_LEASE_SECONDS"] = str(lease_seconds)
        processes = _make(settings, folder, _addresses(ports), environment)
        try:
            await processes.start(*names)
            yield processes
        except BaseException as error:
            error.add_note(processes.tails())
            raise
        finally:
            processes.end_all()
    finally:
        ports.release()


async def _forget_earlier_tests(settings: Settings) -> None:
    owner = await asyncpg.connect(settings.database_url)
    await empty(owner)
    # A new phone counts its bots and people from the start: their ids are free again.
    await owner.execute("DELETE FROM platform.bot")
    await owner.execute("UPDATE platform.merchant SET telegram_id = NULL")
    await owner.close()
    async with Redis.from_url(settings.redis_url) as redis:
        await redis.flushdb()


def _addresses(ports: Reservations) -> Addresses:
    """Below the range from which the kernel gives ports to whoever connects at that moment."""
    return Addresses(*(ports.preferred(20_000 + secrets.randbelow(12_000)) for _ in range(3)))


def _make(
    settings: Settings, folder: Path, addresses: Addresses, changes: dict[str, str]
) -> Processes:
    environ = {
        **os.environ,
        **make_environment(settings.database_url, settings.redis_url),
        "KRAM_STORAGE_URL": settings.storage_url,
        "KRAM_PUBLIC_URL": addresses.web,
        **changes,
    }
    environment = child_environment(environ, Home(folder), Servers(folder, environ), addresses)
    folder.mkdir(parents=True, exist_ok=True)
    return Processes(read_settings(environment), addresses, folder, environment)
