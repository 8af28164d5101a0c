"""Folders and binaries that the servers' account can reach.

Nothing of the user's is opened for it: no parent folder changes its rights. Where the checkout
lies behind a closed folder (a clone under /root), the data goes to a folder of ours beside it.
"""

import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from kram.app.devstack.account import Account
from kram.app.devstack.errors import StackError

PASSABLE = 0o711


def shared_folder() -> Path:
    """Returns the machine's folder of ours, outside every home: /var/tmp/kram-<uid>.

    Raises:
        StackError: another user already owns that name.
    """
    chosen = os.environ.get("KRAM_SHARED_FOLDER")
    return owned(Path(chosen)) if chosen else folder_of_ours(Path("/var/tmp"))  # noqa: S108


def folder_of_ours(public: Path) -> Path:
    """Returns our folder in one where everybody may make names."""
    return owned(public / f"kram-{os.geteuid()}")


def owned(folder: Path) -> Path:
    """Makes a folder that other accounts can pass through, or checks that it is ours.

    Raises:
        StackError: it is somebody else's.
    """
    folder.mkdir(mode=PASSABLE, parents=True, exist_ok=True)
    found = folder.lstat()
    # Anyone may create names in /var/tmp; a planted folder or link would own our data.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StackError(
            f"{folder} belongs to somebody else: remove it, or set KRAM_SHARED_FOLDER."
        )
    folder.chmod(PASSABLE)
    return folder


def data_place(wanted: Path, account: Account) -> Path:
    """Returns where the data folder can live: as wanted, or in the shared folder if unreachable."""
    parent = wanted.parent
    if not parent.exists():
        parent.mkdir(parents=True)
        parent.chmod(PASSABLE)
    if account.uid is None or account.succeeds(["test", "-x", parent]):
        return wanted
    checkout = hashlib.sha256(os.fsencode(parent)).hexdigest()[:12]
    elsewhere = shared_folder() / f"checkout-{checkout}"
    elsewhere.mkdir(mode=PASSABLE, exist_ok=True)
    elsewhere.chmod(PASSABLE)
    return elsewhere / wanted.name


def wheel_folder(package: str) -> Path:
    """Returns an installed package's folder without importing it: its own starter stays asleep.

    Raises:
        StackError: it is not installed.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise StackError(f"The package {package} is not installed: run make up.")
    return Path(spec.origin).resolve().parent


def reachable_copy(name: str, parts: list[Path]) -> Path:
    """Copies folders of a wheel once to where every account may read them; returns the copy.

    name: says which version the copy holds, for a newer one gets its own folder.
    """
    target = shared_folder() / name
    with exclusive(target.with_name(f"{name}.lock")):
        if not target.exists():
            fresh = target.with_name(f"{name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            for part in parts:
                shutil.copytree(part, fresh / part.name, symlinks=True)
            _open_to_readers(fresh)
            fresh.rename(target)
    return target


def _open_to_readers(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Holds a file lock, waiting for its owner; the kernel frees it when the owner dies."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
