"""One owner at a time; the kernel frees the lock when the owner dies."""

import fcntl
import os
from pathlib import Path
from typing import IO

from kram.app.devstack.errors import StackError, Taken


class Lock:
    """A lock file that also tells who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self, thing: Path) -> None:
        """Takes the lock or says at once who has it.

        Raises:
            Taken: another process holds it; the message names the thing and the process.
            StackError: the lock's folder cannot be written.
        """
        try:
            file = self._path.open("a+")
        except OSError as refused:
            raise StackError(f"Cannot write {self._path}: {refused.strerror}.") from refused
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "another"
            file.close()
            raise Taken(f"{thing} is already in use by process {owner}.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
