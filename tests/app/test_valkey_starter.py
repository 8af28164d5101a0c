"""The Valkey starter against what a machine does to it."""

import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kram.app.devstack.errors import StackError
from kram.app.devstack.ports import LOOPBACK, free_port
from kram.app.devstack.processes import at_work_in
from kram.app.devstack.valkey import EmbeddedValkey


def ask(valkey: EmbeddedValkey, *words: str) -> str:
    command = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    with socket.create_connection((LOOPBACK, valkey.port), timeout=5) as line:
        line.sendall(command.encode())
        return line.recv(65536).decode().strip()


@contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedValkey]:
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    try:
        yield valkey
    finally:
        valkey.stop()


def test_a_second_start_finds_its_data(folder: Path) -> None:
    with running(folder / "valkey") as valkey:
        assert ask(valkey, "SET", "cart", "tea") == "+OK"
    with running(folder / "valkey") as valkey:
        assert ask(valkey, "GET", "cart") == "$3\r\ntea"


def test_what_it_answered_survives_a_kill(folder: Path) -> None:
    with running(folder / "valkey") as valkey:
        assert ask(valkey, "SET", "cart", "tea") == "+OK"
        os.kill(valkey.pid, signal.SIGKILL)
    with running(folder / "valkey") as valkey:
        assert ask(valkey, "GET", "cart") == "$3\r\ntea"


def test_it_revives_on_the_same_port(folder: Path) -> None:
    with running(folder / "valkey") as valkey:
        port = valkey.port
        assert valkey.revive() is False
        os.kill(valkey.pid, signal.SIGKILL)
        while valkey.pid:
            time.sleep(0.01)
        assert valkey.revive() is True
        assert (valkey.port, ask(valkey, "PING")) == (port, "+PONG")


def test_it_is_reached_from_this_machine_alone(folder: Path) -> None:
    with running(folder / "valkey") as valkey:
        assert "127.0.0.1" in ask(valkey, "CONFIG", "GET", "bind")
        assert ask(valkey, "CONFIG", "SET", "dir", "/").startswith("-ERR")


def test_its_log_is_its_owners_alone(folder: Path) -> None:
    (folder / "valkey.log").touch(0o644)
    with running(folder / "valkey") as valkey:
        assert valkey.log.read_text()
        assert stat.S_IMODE(valkey.log.stat().st_mode) == 0o600


def test_it_stops_without_leaving_a_process(folder: Path) -> None:
    with running(folder / "valkey") as valkey:
        assert at_work_in(valkey.data_dir, "valkey-server") == [valkey.pid]
    assert at_work_in(valkey.data_dir, "valkey-server") == []


def test_two_owners_do_not_share_a_folder(folder: Path) -> None:
    with (
        running(folder / "valkey"),
        pytest.raises(StackError, match=f"already in use by process {os.getpid()}"),
    ):
        EmbeddedValkey(folder / "valkey").start()


def test_eight_start_at_once(folder: Path) -> None:
    servers = [EmbeddedValkey(folder / str(number)) for number in range(8)]
    try:
        assert len({server.start() for server in servers}) == 8
    finally:
        for server in servers:
            server.stop()


def test_a_port_taken_meanwhile_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(folder / "one") as one:
        ports = iter([one.port])
        monkeypatch.setattr(
            "kram.app.devstack.server.free_port", lambda: next(ports, 0) or free_port()
        )
        with running(folder / "two") as two:
            assert two.port != one.port
            assert ask(two, "PING") == "+PONG"


def test_a_broken_log_of_writes_is_told_with_the_log(folder: Path) -> None:
    with running(folder / "valkey") as valkey:
        ask(valkey, "SET", "cart", "tea")
    for part in (valkey.data_dir / "appendonlydir").glob("*.incr.aof"):
        part.write_bytes(b"this is no command\n" * 10)
    with pytest.raises(StackError, match=r"does not start .* Its log is .*\.log"):
        valkey.start()
