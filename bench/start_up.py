"""`make up` in a fresh clone of the last commit: the first start, the next ones, and the end."""

import asyncio
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

from bench.figures import Figure, processes_below
from bench.ground import Ground
from kram.app.devstack.processes import birth, marked
from kram.app.devstack.supervisor import MARK

ROOT = Path(__file__).resolve().parent.parent
STARTS = 5
_PATIENCE_SECONDS = 300
_SETTLING_SECONDS = 5
"""The bots and workers come after the first page; an end is one of the whole tree."""


async def run(ground: Ground) -> list[Figure]:
    """The ground's own servers only idle meanwhile."""
    return await asyncio.to_thread(_measure)


def _measure() -> list[Figure]:
    with _clone() as folder:
        cold, stopped = _start_and_stop(folder)
        pairs = [_start_and_stop(folder) for _ in range(STARTS)]
    starts, ends = [start for start, _ in pairs], [stopped, *(end for _, end in pairs)]
    return [
        Figure("make up in a fresh clone, until a page is there", cold, None, "s", "< 90 s",
               f"packages from a warm cache; load {os.getloadavg()[0]:.1f}"),
        Figure("make up again", median(starts), None, "s", "< 4 s",
               f"{min(starts):.2f} to {max(starts):.2f} in {STARTS} starts"),
        Figure("Ctrl-C, until no process is left", median(ends), None, "s", "",
               f"{min(ends):.2f} to {max(ends):.2f}"),
    ]  # fmt: skip


def _start_and_stop(folder: Path) -> tuple[float, float]:
    """Returns the seconds to the first page, and from Ctrl-C to the death of the last process."""
    with _Stack(folder) as stack:
        start = stack.wait_for_page()
        time.sleep(_SETTLING_SECONDS)
        return start, stack.interrupt()


@contextmanager
def _clone() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kram-bench-", ignore_cleanup_errors=True) as outer:
        Path(outer).chmod(0o755)  # the servers' account passes through
        folder = Path(outer) / "kram"
        subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
        yield folder


def _environment() -> dict[str, str]:
    """A newcomer's: nothing of ours, bytecode kept, and not the `make` that measures."""
    ours = ("KRAM_", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class _Stack:
    """`make up` as somebody at a terminal has it: a process group that takes Ctrl-C."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        self._said = tempfile.TemporaryFile()
        self._started = time.monotonic()
        self._make = subprocess.Popen(
            ["make", "up"],
            cwd=self._folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for pid in self._family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._make.wait()
        self._said.close()

    def wait_for_page(self) -> float:
        while not self._shows_page():
            if self._make.poll() is not None or self._seconds() > _PATIENCE_SECONDS:
                self._said.seek(0)
                raise RuntimeError(f"make up failed:\n{self._said.read().decode()}")
            time.sleep(0.01)
        return self._seconds()

    def interrupt(self) -> float:
        family = {pid: birth(pid) for pid in self._family()}
        pressed = time.monotonic()
        os.killpg(self._make.pid, signal.SIGINT)
        while any(born and birth(pid) == born for pid, born in family.items()):
            self._make.poll()
            time.sleep(0.01)
        assert not self._family(), "a process is left"
        return time.monotonic() - pressed

    def _family(self) -> list[int]:
        alive = processes_below(self._make.pid) if self._make.poll() is None else []
        return [*alive, *marked(MARK, str(self._folder))]

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _shows_page(self) -> bool:
        try:
            address = json.loads((self._folder / ".kram" / "up.json").read_text())["dashboard"]
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, ValueError):
            return False
