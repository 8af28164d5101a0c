"""`kram up` as a person and a machine treat it, with small programs in the place of Kram's."""

import json
import os
import queue
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kram.app.devstack.prepared import copy_prepared
from kram.app.devstack.processes import at_work_in, birth, marked

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30


class Run:
    """One `kram up` in a process of its own, and what it says."""

    def __init__(self, root: Path, **settings: str) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.small_stack", str(root)],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if "KRAM" not in name},
                "PYTHONPATH": str(ROOT),
                **settings,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self._lines.put(line)
        self._lines.put("")

    def hears(self, words: str) -> str:
        """Waits until it says so."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            line = self._lines.get(timeout=PATIENCE_SECONDS)
            self.said += line
            if words in line:
                return line
            assert line, f"it ended and said {self.said!r}"
        raise AssertionError(f"no {words!r} in {self.said!r}")

    def ends(self) -> int:
        code = self.process.wait(PATIENCE_SECONDS)
        self._reader.join()
        while not self._lines.empty():
            self.said += self._lines.get()
        return code

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.root / ".kram" / "up.json").read_text())
        return report

    def stop(self, signum: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(signum)
        return self.ends()


@contextmanager
def stack(root: Path, **settings: str) -> Iterator[Run]:
    (root / ".kram").mkdir(parents=True, exist_ok=True)
    (root / ".kram").chmod(0o711)
    if not (root / ".kram" / "postgres").exists():
        copy_prepared(root / ".kram" / "postgres")  # a warm start: initdb has its own test
    run = Run(root, **settings)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()


def processes_of(root: Path) -> list[int]:
    servers = [
        *at_work_in(root / ".kram" / "postgres", "postgres"),
        *at_work_in(root / ".kram" / "valkey", "valkey-server"),
    ]
    return [pid for pid in (*servers, *marked("KRAM_STACK", str(root))) if birth(pid)]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_comes_up_and_leaves_no_process_behind(folder: Path, signum: signal.Signals) -> None:
    with stack(folder, KRAM_TEST_REST='["parent"]') as run:
        run.hears("Kram is up after")
        run.hears("Ctrl-C stops all of it.")
        report = run.report
        assert urllib.request.urlopen(report["web"]).status == 200
        assert set(report["pids"]) == {"postgres", "valkey", "web", "phone", "parent"}
        assert len(processes_of(folder)) > 6
        assert run.stop(signum) == 0
    assert processes_of(folder) == []
    assert not (folder / ".kram" / "up.json").exists()
    assert "Traceback" not in run.said


def test_the_web_waits_for_the_setup(folder: Path) -> None:
    with stack(folder) as run:
        run.hears("Kram is up after")
    assert run.said.index("setup is done") < run.said.index("web serves")


def test_what_scripts_read_is_private(folder: Path) -> None:
    with stack(folder) as run:
        run.hears("Ctrl-C")
        for name in ("up.json", "secret.key", "postgres.password"):
            assert stat.S_IMODE((folder / ".kram" / name).stat().st_mode) == 0o600
        assert "/kram?" in run.report["database_url"]
        assert run.report["pid"] == run.process.pid


def test_a_failed_setup_stops_the_start(folder: Path) -> None:
    with stack(folder, KRAM_TEST_SETUP="broken setup") as run:
        assert run.ends() == 1
    assert "setup went wrong" in run.said
    assert run.said.endswith("setup failed; what it said is above.\n")
    assert processes_of(folder) == []


def test_a_crash_is_answered_by_a_new_start_after_a_growing_pause(folder: Path) -> None:
    with stack(folder, KRAM_TEST_REST='["crasher"]') as run:
        run.hears("crasher ended with code 7; it starts again in 0.5 s.")
        run.hears("crasher runs")
        run.hears("crasher ended with code 7; it starts again in 1 s.")


def test_a_killed_web_is_back_on_its_port(folder: Path) -> None:
    with stack(folder) as run:
        run.hears("Ctrl-C")
        os.kill(run.report["pids"]["web"], signal.SIGKILL)
        run.hears("web was ended by SIGKILL")
        run.hears("web serves")
        time.sleep(0.1)
        assert urllib.request.urlopen(run.report["web"]).status == 200


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_killed_server_is_back_on_its_port(folder: Path, name: str) -> None:
    with stack(folder) as run:
        run.hears("Ctrl-C")
        before = run.report
        os.kill(before["pids"][name], signal.SIGKILL)
        run.hears(f"{name} had died and runs again.")
        after = run.report
        assert after["pids"][name] != before["pids"][name]
        assert (after["database_url"], after["redis_url"]) == (
            before["database_url"],
            before["redis_url"],
        )


def test_a_program_that_ignores_the_end_is_ended(folder: Path) -> None:
    with stack(folder, KRAM_TEST_REST='["stubborn"]') as run:
        run.hears("stubborn is deaf")
        asked = time.monotonic()
        assert run.stop() == 0
        assert time.monotonic() - asked < 10
    assert processes_of(folder) == []


def test_a_second_signal_does_not_wait(folder: Path) -> None:
    with stack(folder, KRAM_TEST_REST='["stubborn"]') as run:
        run.hears("stubborn is deaf")
        asked = time.monotonic()
        run.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert run.stop() == 0
        assert time.monotonic() - asked < 5
    assert processes_of(folder) == []


def test_a_start_after_the_kill_of_everything_finds_its_data(folder: Path) -> None:
    with stack(folder, KRAM_TEST_REST='["parent", "stubborn"]') as run:
        run.hears("Ctrl-C")
        key = (folder / ".kram" / "secret.key").read_text()
        left = processes_of(folder)
        run.process.kill()
        os.kill(run.report["pids"]["postgres"], signal.SIGKILL)
        run.ends()
    with stack(folder) as again:
        again.hears("Ctrl-C")
        assert [pid for pid in left if birth(pid)] == []
        assert (folder / ".kram" / "secret.key").read_text() == key
    assert processes_of(folder) == []


def test_a_second_start_in_the_checkout_is_told_who_runs(folder: Path) -> None:
    with stack(folder) as run:
        run.hears("Ctrl-C")
        with stack(folder) as second:
            assert second.ends() == 1
        assert second.said == (
            f"Kram already runs in this checkout as process {run.process.pid} at "
            f"{run.report['web']}: stop that one first.\n"
        )
        assert urllib.request.urlopen(run.report["web"]).status == 200


def test_two_checkouts_run_at_once(folder: Path) -> None:
    with stack(folder / "one") as one, stack(folder / "two") as two:
        one.hears("Ctrl-C")
        two.hears("Ctrl-C")
        ports = {run.report[name] for run in (one, two) for name in ("web", "phone")}
        assert len(ports) == 4
        for run in (one, two):
            assert urllib.request.urlopen(run.report["web"]).status == 200


def test_a_wanted_port_that_is_taken_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with stack(folder, KRAM_WEB_PORT=str(port)) as run:
            assert run.ends() == 1
    assert run.said == f"Port {port} (KRAM_WEB_PORT) is taken: free it, or choose another one.\n"
    assert processes_of(folder) == []


def test_a_wanted_port_that_is_none_is_named(folder: Path) -> None:
    with stack(folder, KRAM_PHONE_PORT="http") as run:
        assert run.ends() == 1
    assert run.said == "KRAM_PHONE_PORT must be a port number, not 'http'.\n"


def test_a_broken_data_folder_is_told_in_one_sentence(folder: Path) -> None:
    (folder / ".kram" / "postgres").mkdir(parents=True)
    with stack(folder) as run:
        assert run.ends() == 1
    assert run.said.count("\n") == 1
    assert "is not a whole data folder" in run.said


def test_a_start_without_its_secret_key_is_told_in_one_sentence(folder: Path) -> None:
    with stack(folder) as run:
        run.hears("Ctrl-C")
    (folder / ".kram" / "secret.key").unlink()
    (folder / ".kram" / "demo.json").write_text("{}")
    with stack(folder) as again:
        assert again.ends() == 1
    assert again.said.count("\n") == 1
    assert "secret.key is gone" in again.said


def test_servers_of_the_person_are_used_as_they_are(folder: Path) -> None:
    settings = {"KRAM_DATABASE_URL": "postgresql://db/x", "KRAM_REDIS_URL": "redis://cache/1"}
    with stack(folder, **settings) as run:
        run.hears("Ctrl-C")
        assert set(run.report["pids"]) == {"web", "phone"}
        assert run.report["database_url"] == "postgresql://db/x"
        assert run.report["redis_url"] == "redis://cache/1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_told_in_one_sentence(folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", small])
    if mounted.returncode != 0:
        pytest.skip("this container may not mount")
    try:
        run = Run(small)
        assert run.ends() == 1
    finally:
        subprocess.run(["umount", small], check=True)
    assert run.said == (
        f"The disk that holds {small / '.kram'} is full: free some space, then start again.\n"
    )
