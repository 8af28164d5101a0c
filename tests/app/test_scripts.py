"""What `make` runs before there is an environment: system tools alone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def fake(folder: Path, name: str, says: str, code: int = 0) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\nexit {code}\n")
    path.chmod(0o755)


def find_python(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "python.sh"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.20", "4.0"])
def test_a_new_enough_python_is_taken(tmp_path: Path, version: str) -> None:
    fake(tmp_path, "python3", version)
    assert find_python(tmp_path).stdout == f"{tmp_path / 'python3'}\n"


def test_a_newer_one_beside_an_old_one_is_found(tmp_path: Path) -> None:
    fake(tmp_path, "python3", "3.9")
    fake(tmp_path, "python3.12", "3.12")
    assert find_python(tmp_path).stdout == f"{tmp_path / 'python3.12'}\n"


@pytest.mark.parametrize("version", ["2.7", "3.4", "3.9", "3.10"])
def test_an_old_python_is_named_in_one_sentence(tmp_path: Path, version: str) -> None:
    fake(tmp_path, "python3", version)
    done = find_python(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Kram needs Python 3.11 or newer, and this machine has {version}: install it first.\n"
    )


def test_no_python_is_told_in_one_sentence(tmp_path: Path) -> None:
    fake(tmp_path, "python3", "broken", code=1)
    assert find_python(tmp_path).stderr.endswith("this machine has none: install it first.\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is this one, so that nothing has to be installed."""
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    fake(tmp_path / ".venv" / "bin", "python", '"pip: $@"')
    return tmp_path


def bring_up_to(checkout: Path, lock: str) -> str:
    done = subprocess.run(
        [sys.executable, checkout / "scripts" / "venv.py", lock],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_packages_are_installed_by_hash_and_once(checkout: Path) -> None:
    said = bring_up_to(checkout, "runtime")
    assert "--require-hashes" in said
    assert f"-r {checkout / 'requirements' / 'runtime.lock'}" in said
    assert bring_up_to(checkout, "runtime") == ""


def test_a_changed_lock_is_installed(checkout: Path) -> None:
    bring_up_to(checkout, "runtime")
    with (checkout / "requirements" / "runtime.lock").open("a") as lock:
        lock.write("# newer\n")
    assert "Installing the packages of requirements/runtime.lock" in bring_up_to(
        checkout, "runtime"
    )


def test_the_development_environment_serves_the_stack_too(checkout: Path) -> None:
    assert "requirements/dev.lock" in bring_up_to(checkout, "dev")
    assert bring_up_to(checkout, "runtime") == ""


def test_the_stack_alone_does_not_serve_development(checkout: Path) -> None:
    bring_up_to(checkout, "runtime")
    assert "requirements/dev.lock" in bring_up_to(checkout, "dev")
    stamp = json.loads((checkout / ".venv" / "kram-locks.json").read_text())
    assert list(stamp) == ["dev"]


def test_a_failed_installation_is_tried_again(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *pip*) exit 1;; esac\n')
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, checkout / "scripts" / "venv.py", "runtime"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert "could not be installed" in done.stderr


def test_the_command_runs_from_any_folder(checkout: Path) -> None:
    bring_up_to(checkout, "runtime")
    (checkout / ".venv" / "bin" / "python").write_text('#!/bin/sh\necho "$PYTHONPATH" "$@"\n')
    done = subprocess.run(
        [checkout / ".venv" / "bin" / "kram", "a b"],
        cwd="/",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{checkout}/.venv/bin/../.. -m kram a b\n"


def test_every_command_of_make_is_listed() -> None:
    done = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True)
    listed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  make")]
    assert {"up", "test", "check", "bench", "stress", "help"} <= set(listed)
