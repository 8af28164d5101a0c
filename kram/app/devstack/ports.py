"""Free loopback ports, told apart between checkouts that start at the same moment."""

import errno
import fcntl
import os
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from kram.app.devstack.errors import StackError
from kram.app.devstack.places import shared_folder

LOOPBACK = "127.0.0.1"
ATTEMPTS = 50


def free_port() -> int:
    """Returns a port that nobody listens on now: whoever starts a server on it retries."""
    port = _bound(0)
    if port is None:
        raise OSError(errno.EADDRINUSE, "no free port on the loopback interface")
    return port


def is_free(port: int) -> bool:
    return _bound(port) is not None


def _bound(port: int) -> int | None:
    with socket.socket() as probe:
        # As servers do: an address in TIME_WAIT is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return None
        return int(probe.getsockname()[1])


class Reservations:
    """Ports promised to our children until they bind them.

    A second checkout that starts meanwhile takes others: servers that share a port by
    SO_REUSEPORT would not even notice the clash.
    """

    def __init__(self) -> None:
        self._folder = shared_folder() / "ports"
        self._folder.mkdir(exist_ok=True)
        self._held = ExitStack()

    def forced(self, port: int, setting: str) -> int:
        """Reserves the very port that the person asked for.

        Raises:
            StackError: somebody has it.
        """
        if not self._reserve(port):
            raise StackError(f"Port {port} ({setting}) is taken: free it, or choose another one.")
        return port

    def preferred(self, port: int) -> int:
        """Reserves the port, or any other if somebody has it."""
        for candidate in (port, *(free_port() for _ in range(ATTEMPTS))):
            if self._reserve(candidate):
                return candidate
        raise StackError("There is no free port on the loopback interface.")

    def release(self) -> None:
        self._held.close()

    def _reserve(self, port: int) -> bool:
        if not is_free(port):
            return False
        path = self._folder / str(port)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._held.callback(_let_go, descriptor, path)
        return True


def _let_go(descriptor: int, path: Path) -> None:
    with suppress(OSError):
        path.unlink()
    os.close(descriptor)
