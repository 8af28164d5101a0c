"""The doors' TypeScript and CSS as hashed files and a manifest, built only when they changed."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from kram.app.devstack.errors import StackError
from kram.app.devstack.node import install_packages
from kram.app.devstack.places import exclusive

DOORS = {
    "miniapp": Path("kram/miniapp/assets"),
    "dashboard": Path("kram/dashboard/assets"),
    "phone": Path("kram/app/devstack/telegram/assets"),
}
"""Files of the folder itself are entry points, those of its sub-folders are their modules."""
TARGET = Path("kram/assets")
BUNDLER = Path("scripts/assets.mjs")


def build(root: Path) -> bool:
    """Brings kram/assets/ up to date; tells whether there was anything to do.

    Raises:
        StackError: Node is missing, or a source does not compile; the message shows where.
    """
    target = root / TARGET
    target.mkdir(parents=True, exist_ok=True)
    with exclusive(target / ".lock"):
        stamp, wanted = target / ".stamp", _fingerprint(root)
        if stamp.exists() and stamp.read_text() == wanted:
            return False
        entries = list(_entry_points(root))
        if entries:
            _bundle(root, entries)
        else:
            (target / "manifest.json").write_text("{}\n")
        stamp.write_text(wanted)
        return True


def check(root: Path) -> None:
    """Checks the types of all TypeScript.

    Raises:
        StackError: what does not fit, line by line.
    """
    node = install_packages(root, with_tools=True)
    _node([node, root / "node_modules" / "typescript" / "bin" / "tsc", "-p", root], root)


def _entry_points(root: Path) -> Iterable[str]:
    """Yields door/name=path for each, as the bundler takes them."""
    for door, folder in DOORS.items():
        for path in sorted((root / folder).glob("*")):
            if path.suffix in (".ts", ".css") and not path.name.endswith(".d.ts"):
                yield f"{door}/{path.stem}={path.relative_to(root)}"


def _fingerprint(root: Path) -> str:
    folders = (path for door in DOORS.values() for path in (root / door).rglob("*"))
    configuration = (root / BUNDLER, root / "package-lock.json", root / "tsconfig.json")
    digest = hashlib.sha256()
    for path in sorted({*folders, *configuration}):
        if path.is_file():
            digest.update(str(path.relative_to(root)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _bundle(root: Path, entries: list[str]) -> None:
    node = install_packages(root)
    _node([node, root / BUNDLER, root / TARGET, *entries], root)


def _node(command: list[str | Path], root: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own script, or npm's checker
        command,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise StackError(f"The pages' scripts are not right:\n{done.stdout.strip()}")
