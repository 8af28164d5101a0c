"""Who the servers run as: never root, because PostgreSQL refuses it and nothing needs it."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kram.app.devstack.errors import StackError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A numeric user and group; None means the person who started the stack."""

    uid: int | None = None
    gid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.uid is None else []

    def own(self, path: Path) -> None:
        """Gives a file or an empty folder of ours to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def succeeds(self, command: Sequence[str | Path]) -> bool:
        """Tells whether the account can run the command: the honest way to ask for a right."""
        try:
            done = subprocess.run(  # noqa: S603 - our own fixed commands
                [str(part) for part in command],
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=self.extra_groups,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=30,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0


def unprivileged() -> Account:
    """Returns the account for a server: the person's own, or a system one when that is root."""
    if os.geteuid() != 0:
        return Account()
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise StackError(
        "PostgreSQL does not run as root and this system has neither a user postgres nor nobody: "
        "start Kram as a normal user."
    )
