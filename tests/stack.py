"""PostgreSQL and Valkey for one run of the tests: fresh, fast, and gone afterwards."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kram.app.devstack.places import PASSABLE, exclusive, folder_of_ours, shared_folder
from kram.app.devstack.postgres import EmbeddedPostgres
from kram.app.devstack.prepared import copy_prepared
from kram.app.devstack.valkey import EmbeddedValkey

# A test's data need not outlive the machine, only the processes: kill -9 loses nothing here.
POSTGRES_FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "1h",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}
VALKEY_FOR_TESTS = {"appendonly": "no"}

# A schema is 300 files: some disks take a second to make them, memory takes a few milliseconds.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 * 2**30

# Waits for the end of its input, which is the end of its owner, however that came.
GUARD = """
cat >/dev/null
for pid in $2 $3; do kill -INT $pid 2>/dev/null; done
for try in $(seq 100); do kill -0 $2 2>/dev/null || break; sleep 0.05; done
rm -rf "$1"
"""


@dataclass(frozen=True)
class Services:
    """What the tests connect to. database_url: a superuser's."""

    database_url: str
    redis_url: str
    folder: Path
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    owner: IO[str]
    guard: subprocess.Popen[bytes]


def start_services(root: Path) -> Services:
    """Starts both servers on new folders; call it once per run, from the main thread.

    root: the checkout; its runs are told apart from those of other checkouts only by their names.
    """
    runs = runs_folder()
    with exclusive(runs.with_suffix(".guard")):  # or another run sweeps the folder not yet claimed
        _sweep(runs)
        folder = Path(tempfile.mkdtemp(prefix=f"{root.name}-", dir=runs))
        owner = _claim(folder)
    folder.chmod(PASSABLE)
    assert owner is not None
    postgres = EmbeddedPostgres(folder / "postgres", POSTGRES_FOR_TESTS)
    valkey = EmbeddedValkey(folder / "valkey", VALKEY_FOR_TESTS)
    copy_prepared(postgres.data_dir)
    database_url, redis_url = postgres.start(), valkey.start()
    guard = _guard(folder, postgres.pid, valkey.pid)
    return Services(database_url, redis_url, folder, postgres, valkey, owner, guard)


def runs_folder() -> Path:
    """Returns where runs keep their folders: in memory, where there is enough of it."""
    has_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES
    runs = (folder_of_ours(MEMORY) if has_memory else shared_folder()) / "tests"
    runs.mkdir(exist_ok=True)
    runs.chmod(PASSABLE)
    return runs


def stop_services(services: Services) -> None:
    """Stops both servers and removes their folders."""
    services.postgres.stop()
    services.valkey.stop()
    shutil.rmtree(services.folder, ignore_errors=True)
    services.owner.close()
    assert services.guard.stdin is not None
    services.guard.stdin.close()
    services.guard.wait()


def _guard(folder: Path, *pids: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "guard", str(folder), *map(str, pids)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )


def _claim(folder: Path) -> IO[str] | None:
    """Locks a run's folder for as long as this process lives; None if another does."""
    file = (folder / "owner").open("w")
    os.set_inheritable(file.fileno(), False)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _sweep(runs: Path) -> None:
    """Removes folders whose owner and guard were both killed."""
    for folder in runs.iterdir():
        with suppress(OSError):
            abandoned = _claim(folder)
            if abandoned is not None:
                EmbeddedPostgres(folder / "postgres").end_leftovers()
                EmbeddedValkey(folder / "valkey").end_leftovers()
                shutil.rmtree(folder, ignore_errors=True)
                abandoned.close()
