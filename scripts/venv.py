"""Brings .venv up to a lock: `python scripts/venv.py runtime|dev`. The standard library alone.

Does nothing, and asks no network, when the environment already holds what the lock says.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "kram-locks.json"
# Bytecode is written by whoever imports first; compiling all 7,000 files here doubles the wait.
PIP = (
    *("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--no-warn-script-location", "--no-compile", "--no-deps", "--require-hashes", "-r"),
)


# Not a console script of pip's: the checkout is run where it lies, never installed.
COMMAND = """#!/bin/sh
here=$(dirname "$0")
PYTHONPATH="$here/../..${PYTHONPATH:+:$PYTHONPATH}" exec "$here/python" -m kram "$@"
"""


def main(lock: str) -> None:
    wanted = digest(lock)
    # The development lock holds all of the other, at the same versions.
    if not (is_alive() and (installed() in ({lock: wanted}, {"dev": digest("dev")}))):
        bring_up(lock, wanted)
    if not (VENV / "bin" / "kram").exists():
        offer_command()


def offer_command() -> None:
    command = VENV / "bin" / "kram"
    command.write_text(COMMAND)
    command.chmod(0o755)


def bring_up(lock: str, wanted: str) -> None:
    started = time.monotonic()
    if not is_alive():
        make()
    STAMP.unlink(missing_ok=True)
    print(f"Installing the packages of requirements/{lock}.lock ...", flush=True)
    install(lock)
    STAMP.write_text(json.dumps({lock: wanted}) + "\n")
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def digest(lock: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{lock}.lock").read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def python() -> Path:
    return VENV / "bin" / "python"


def is_alive() -> bool:
    """A removed or upgraded interpreter leaves an environment that no longer runs."""
    if Path(sys.prefix) == VENV:
        return True
    wanted = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        return subprocess.run([python(), "-c", wanted], capture_output=True).returncode == 0
    except OSError:
        return False


def make() -> None:
    print(f"Making {VENV.name} with Python {sys.version.split()[0]} ...", flush=True)
    # Not `import venv`: this very file has that name.
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], cwd=ROOT)
    if done.returncode != 0:
        sys.exit(
            f"Cannot make {VENV}: see that there is room, and that Python's venv module is whole"
            " (on Debian and Ubuntu: apt install python3-venv)."
        )


def install(lock: str) -> None:
    # pip of the environment, also when the person's own is told to refuse or to go elsewhere.
    ignored = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in ignored}
    command: list[str | Path] = [python(), *PIP, ROOT / "requirements" / f"{lock}.lock"]
    if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit("The packages could not be installed; what pip said is above.")


if __name__ == "__main__":
    main(sys.argv[1])
