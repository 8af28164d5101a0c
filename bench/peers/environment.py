"""A virtual environment of the peers' own, so that none of their packages reaches Kram's."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "peers.lock"
FOLDER = ROOT / ".kram" / "peers-venv"
STAMP = FOLDER / "peers.lock.sha256"


class PeersMissing(Exception):
    """The packages to compare with cannot be installed on this machine."""


def peers_python() -> Path:
    """Returns the interpreter that has the packages of `peers.lock`, made on first use.

    Raises:
        PeersMissing: with what pip said.
    """
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    python = FOLDER / "bin" / "python"
    if not (STAMP.exists() and STAMP.read_text() == wanted):
        print(f"Installing the peers' packages into {FOLDER.relative_to(ROOT)} ...", flush=True)
        FOLDER.parent.mkdir(exist_ok=True)
        _run(sys.executable, "-m", "venv", "--clear", FOLDER)
        _run(python, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", LOCK)
        STAMP.write_text(wanted)
    return python


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip()
        raise PeersMissing(f"The packages of {LOCK.name} could not be installed:\n{said}")
