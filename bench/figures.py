"""What a benchmark says, and how CPU is counted."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` beside `limit` in the same unit; `goal` says what the ratio or value should be."""

    what: str
    ours: float
    limit: float | None
    unit: str
    goal: str
    note: str = ""
    higher_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How close ours comes to the limit: 1.0 is the limit itself, more is beyond it."""
        if self.limit is None or not self.ours or not self.limit:
            return None
        return self.ours / self.limit if self.higher_is_better else self.limit / self.ours


def processes_below(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        try:
            children = Path(f"/proc/{current}/task/{current}/children").read_text().split()
        except OSError:
            continue
        waiting += map(int, children)
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time so far, of living processes and their reaped children."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / _TICK


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of one operation."""

    client_cpu: float
    server_cpu: float
    wall: float

    @property
    def cpu(self) -> float:
        return self.client_cpu + self.server_cpu


async def cost_of(
    operation: Callable[[int], Awaitable[object]],
    *,
    count: int,
    at_once: int,
    server_pid: int | None,
    warm_up: int = 200,
) -> Cost:
    """Runs `operation(number)` `count` times on `at_once` tasks and divides the CPU spent."""
    await _spread(operation, warm_up, at_once)
    servers = processes_below(server_pid) if server_pid else []
    before, wall, client = cpu_seconds(servers), time.perf_counter(), time.process_time()
    await _spread(operation, count, at_once)
    wall, client = time.perf_counter() - wall, time.process_time() - client
    # Backends that were born or ended meanwhile count too: the postmaster reaps them.
    after = cpu_seconds({*servers, *(processes_below(server_pid) if server_pid else [])})
    scale = 1e6 / count
    return Cost(client * scale, (after - before) * scale, wall * scale)


async def _spread(operation: Callable[[int], Awaitable[object]], count: int, at_once: int) -> None:
    numbers = iter(range(count))

    async def take_turns() -> None:
        for number in numbers:
            await operation(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(take_turns())


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
