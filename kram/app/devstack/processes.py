"""Processes that die with their owner, and the ending of those that did not."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
IS_LINUX = sys.platform == "linux"
POLL_SECONDS = 0.005


def spawn(
    command: Sequence[str | Path], *, death_signal: signal.Signals, **options: Any
) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own; death_signal reaches it when its owner is gone.

    The owner is the thread that starts the child, so start children from the main thread. Where
    the kernel cannot do it (macOS) the next start ends the leftovers.
    """
    with warnings.catch_warnings():
        # 3.12 warns of any fork with threads about; between ours and exec there is one prctl.
        warnings.simplefilter("ignore", DeprecationWarning)
        return subprocess.Popen(  # noqa: S603 - our own tables of commands
            [str(part) for part in command],
            start_new_session=True,  # the terminal's Ctrl-C is ours to answer
            preexec_fn=_dies_with_owner(death_signal),
            **options,
        )


def _dies_with_owner(signum: signal.Signals) -> Callable[[], None] | None:
    if not IS_LINUX:
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    owner = os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != owner:  # it died between the fork and the line above
            os._exit(1)

    return arm


def birth(pid: int) -> str | None:
    """Returns a mark that tells this process from a later one of the same number; None if gone.

    A zombie counts as gone: it holds nothing but its number.
    """
    if IS_LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    return _ps(pid, "lstart=")


def at_work_in(folder: Path, program: str) -> list[int]:
    """Returns the program's processes whose current folder is this one: a server's whole family.

    Only Linux tells; elsewhere the list is empty.
    """
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # A person's shell may stand in the folder too.
            if (entry / "cwd").samefile(folder) and (entry / "comm").read_text().strip() == program:
                found.append(int(entry.name))
    return found


def marked(name: str, value: str) -> list[int]:
    """Returns the processes that were started with this environment variable, however deep.

    Only Linux tells; elsewhere the list is empty.
    """
    wanted = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def _ps(pid: int, column: str) -> str | None:
    done = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", column, "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


def end(pids: Iterable[int], *signals: signal.Signals, patience_seconds: float = 5.0) -> list[int]:
    """Ends processes, more firmly with each signal; returns those still alive after the last."""
    alive = [pid for pid in pids if birth(pid) is not None]
    for signum in signals:
        for pid in alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signum)
        until = time.monotonic() + patience_seconds
        while (alive := [pid for pid in alive if birth(pid) is not None]) and (
            time.monotonic() < until
        ):
            time.sleep(POLL_SECONDS)
        if not alive:
            break
    return alive
