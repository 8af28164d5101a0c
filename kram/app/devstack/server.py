"""The life of a database server as a child of ours: the same for PostgreSQL and Valkey."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, ClassVar

from kram.app.devstack.account import unprivileged
from kram.app.devstack.errors import StackError, complaint, disk_is_full, is_disk_full
from kram.app.devstack.lock import Lock
from kram.app.devstack.places import data_place
from kram.app.devstack.ports import free_port
from kram.app.devstack.processes import POLL_SECONDS, at_work_in, birth, end, spawn

LAUNCHES = 5
PATIENCE_SECONDS = 60.0
CLASHES = ("Address already in use", "could not create any TCP/IP sockets")


class PortClash(Exception):
    """Somebody took the port between our look and the server's bind."""


class Server(ABC):
    """One data folder and the server on it; start, use and stop it from one process."""

    program: ClassVar[str]
    environment: ClassVar[Mapping[str, str]]
    endings: ClassVar[tuple[signal.Signals, ...]]
    """What ends it, gently first."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.account = unprivileged()
        self.data_dir = data_place(data_dir.absolute(), self.account)
        self.settings = dict(settings or {})
        self.log = self._beside("log")
        self.port = 0
        self._note = self._beside("pid")
        self._lock = Lock(self._beside("lock"))
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process id, 0 when it does not run."""
        return 0 if self._child is None or self._child.poll() is not None else self._child.pid

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect."""

    @abstractmethod
    def _make_folder(self) -> None:
        """Makes the data folder, or checks the one that is there."""

    @abstractmethod
    def _command(self) -> list[str | Path]:
        """The command line for the present port."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Tells whether the child itself, and nobody else, takes connections."""

    def start(self) -> str:
        """Starts the server, making its data folder first, and returns its URL.

        Raises:
            StackError: the folder is in use or broken, or the disk is full.
        """
        self._lock.take(self.data_dir)
        try:
            self.end_leftovers()
            self._make_folder()
            self._launch()
        except BaseException:
            self.stop()
            raise
        return self.url

    def revive(self) -> bool:
        """Starts the server again on its port if it has died; tells whether it had."""
        if self._child is None or self._child.poll() is None:
            return False
        self.end_leftovers()
        self._make_folder()
        self._launch(self.port)
        return True

    def stop(self) -> None:
        """Ends the server; everything that it confirmed is on the disk."""
        if self._child is not None:
            for signum in self.endings:
                self._child.send_signal(signum)
                with suppress(subprocess.TimeoutExpired):
                    self._child.wait(5)
                    break
            self._child = None
        self._lock.release()

    def _beside(self, suffix: str) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}.{suffix}")

    def end_leftovers(self) -> None:
        """Ends the server of an owner that died; we hold the lock, so nobody else wants it."""
        family = set(at_work_in(self.data_dir, self.program))
        with suppress(OSError, ValueError):
            pid, born = self._note.read_text().split(maxsplit=1)
            if birth(int(pid)) == born:
                family.add(int(pid))
        if left := end(family, *self.endings):
            raise StackError(f"The server left in {self.data_dir} does not end: processes {left}.")

    def _launch(self, port: int = 0) -> None:
        for _ in range(LAUNCHES):
            self.port = port or free_port()
            said_before = self.log.stat().st_size if self.log.exists() else 0
            self._child = self._spawn()
            self._note.write_text(f"{self._child.pid} {birth(self._child.pid)}")
            with suppress(PortClash):
                self._wait_ready(self._child, said_before)
                return
        raise StackError(f"{self.program} found no free port on the loopback interface.")

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self._open_log() as output:
            return spawn(
                self._command(),
                death_signal=self.endings[0],
                cwd="/",
                env=dict(self.environment),
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=self.account.extra_groups,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _open_log(self) -> BinaryIO:
        """Only its owner may read it: a server quotes the values of statements that failed."""
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "ab")

    def _wait_ready(self, child: subprocess.Popen[bytes], said_before: int) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            if child.poll() is not None:
                self._explain(said_before)
            if time.monotonic() > until:
                raise StackError(f"{self.data_dir} is not ready in time; its log is {self.log}.")
            time.sleep(POLL_SECONDS)

    def _explain(self, said_before: int) -> None:
        with self.log.open("rb") as file:
            file.seek(said_before)
            said = file.read().decode(errors="replace")
        if any(clash in said for clash in CLASHES):
            raise PortClash
        if is_disk_full(said):
            raise disk_is_full(self.data_dir)
        raise StackError(
            f"{self.data_dir} does not start ({complaint(said)}). Its log is {self.log}; "
            "moving the folder away starts with an empty one."
        )
