"""The servers of a test run are gone when it is, however it ended."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kram.app.devstack.processes import at_work_in, birth
from tests.stack import start_services, stop_services

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import signal, sys, time
from pathlib import Path
from tests.stack import start_services
print(start_services(Path.cwd()).folder, flush=True)
time.sleep(60)
"""


def test_stopping_leaves_nothing() -> None:
    services = start_services(ROOT)
    assert services.postgres.pid in at_work_in(services.folder / "postgres", "postgres")
    stop_services(services)
    assert not services.folder.exists()
    assert services.guard.returncode is not None


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_nothing(signum: signal.Signals) -> None:
    run = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE)
    assert run.stdout is not None
    with run.stdout:
        folder = Path(run.stdout.readline().decode().strip())
    left = [
        *at_work_in(folder / "postgres", "postgres"),
        *at_work_in(folder / "valkey", "valkey-server"),
    ]
    assert len(left) > 2
    run.send_signal(signum)
    run.wait()
    until = time.monotonic() + 15
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()
    assert [pid for pid in left if birth(pid)] == []
