"""One supervised process: its group, its output, its crashes."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kram.app.devstack.processes import birth, spawn

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
HEALTHY_AFTER_SECONDS = 20.0
LONGEST_LINE_BYTES = 65_536


@dataclass(frozen=True)
class Program:
    """A row of the process table."""

    name: str
    command: Sequence[str]
    restarts: bool = True


@dataclass
class Child:
    """A program that runs, or waits for its next start."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    born: str | None = None
    due: float | None = None
    """When to start it again, by the monotonic clock."""
    code: int | None = None
    """How its last run ended: negative for a signal; None until it has."""
    is_silent: bool = False
    """Nobody holds its output any more."""
    _started: float = 0.0
    _crashes: int = 0
    _unfinished: bytearray = field(default_factory=bytearray)

    def spawn(self, environment: Mapping[str, str], folder: Path, *, gated: bool = False) -> None:
        """Starts it. gated: it waits for open_gate() before it does anything but import."""
        self.process = spawn(
            [*self.program.command, *(["--gated"] if gated else [])],
            death_signal=signal.SIGTERM,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE if gated else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.born = birth(self.process.pid)
        self.due, self.code, self.is_silent = None, None, False
        self._started = time.monotonic()

    def open_gate(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            with suppress(BrokenPipeError):  # it crashed at the gate; the supervisor restarts it
                self.process.stdin.write(b"\n")
                self.process.stdin.close()

    def lines(self) -> Iterator[str]:
        """Yields the whole lines that it has said since the last call."""
        assert self.process is not None
        assert self.process.stdout is not None
        with suppress(BlockingIOError):
            while chunk := os.read(self.process.stdout.fileno(), LONGEST_LINE_BYTES):
                self._unfinished += chunk
                *whole, rest = self._unfinished.split(b"\n")
                if len(rest) > LONGEST_LINE_BYTES:
                    whole, rest = [*whole, rest], bytearray()
                self._unfinished = bytearray(rest)
                yield from (line.decode(errors="replace").rstrip("\r") for line in whole)
            self.is_silent = True
            if self._unfinished:
                yield self._unfinished.decode(errors="replace")
                self._unfinished.clear()

    def bury(self) -> int:
        """Cleans up after its death; returns its exit code, negative for a signal."""
        assert self.process is not None
        self.code = code = self.process.wait()
        self.signal(signal.SIGKILL)  # what it left in its group
        for pipe in (self.process.stdout, self.process.stdin):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self.process = None
        return code

    def back_off(self) -> float:
        """Sets the time of the next start; returns the pause in seconds, longer each crash."""
        if time.monotonic() - self._started > HEALTHY_AFTER_SECONDS:
            self._crashes = 0
        pause = min(FIRST_PAUSE_SECONDS * 2**self._crashes, LONGEST_PAUSE_SECONDS)
        self._crashes += 1
        self.due = time.monotonic() + pause
        return float(pause)

    def signal(self, signum: signal.Signals) -> None:
        """Signals its whole group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signum)
