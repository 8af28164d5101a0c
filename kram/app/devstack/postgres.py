"""Starts the PostgreSQL that comes as a wheel.

The wheel's own starter opens every parent folder of the data to all users, leaves servers running
and trusts dead process ids. This one owns the data folder by a lock, is told by postmaster.pid
that the very child it started is ready, and ends what an earlier owner left behind.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from kram.app.devstack import cluster
from kram.app.devstack.errors import StackError
from kram.app.devstack.ports import LOOPBACK
from kram.app.devstack.server import Server

DATABASE = "kram"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "256",  # DDL and dumps touch every table of many shops
    "jit": "off",
    "log_checkpoints": "off",
}
if sys.platform == "linux":
    # 1,000 shops are 300,000 files: fsync of each makes a crash restart take 23 s instead of 1.
    SETTINGS["recovery_init_sync_method"] = "syncfs"

CREATE_DATABASE = f"""
CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'
LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE '{cluster.CTYPE}'
"""
IS_CYRILLIC_KNOWN = """
SELECT lower('Ж') = 'ж' AND 'ж' ~ '[[:alpha:]]' AND datlocprovider = 'b' AND datctype LIKE '%.UTF-8'
FROM pg_database WHERE datname = 'kram'
"""


class EmbeddedPostgres(Server):
    """A PostgreSQL cluster of our own with the database kram in it."""

    program = "postgres"
    environment = cluster.ENVIRONMENT
    # Fast: open transactions roll back. Then immediate: the next start recovers.
    endings = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(data_dir, {**SETTINGS, **(settings or {})})
        self._programs = cluster.binaries(self.account)

    @property
    def url(self) -> str:
        user = f"{cluster.SUPERUSER}:{quote(self._password, safe='')}"
        # It has no certificate; a driver that asks for one first wastes a round trip, and one that
        # is cancelled while it asks complains.
        return f"postgresql://{user}@{LOOPBACK}:{self.port}/{DATABASE}?sslmode=disable"

    def _make_folder(self) -> None:
        if not self.data_dir.exists():
            cluster.create(self.data_dir, self._programs)
            return
        cluster.check(self.data_dir, self._programs)
        # Its number may live on, as a zombie or as somebody else, and PostgreSQL would refuse to
        # start. The leftovers are ended and we hold the lock, so the note is stale.
        self._postmaster.unlink(missing_ok=True)

    def _launch(self, port: int = 0) -> None:
        super()._launch(port)
        answer = self._sql(IS_CYRILLIC_KNOWN)
        if not answer:
            self._sql(CREATE_DATABASE)
            answer = self._sql(IS_CYRILLIC_KNOWN)
        if answer != "t":
            raise StackError(
                f"The database in {self.data_dir} does not know Cyrillic letters: "
                "move the folder away to start with an empty one."
            )

    def _command(self) -> list[str | Path]:
        settings = {**self.settings, "port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self._programs / "postgres", "-D", self.data_dir, *options]

    def _is_ready(self) -> bool:
        try:
            note = self._postmaster.read_text().splitlines()
        except OSError:
            return False
        return len(note) > 7 and note[0] == str(self.pid) and note[7].strip() == "ready"

    @property
    def _postmaster(self) -> Path:
        return self.data_dir / "postmaster.pid"

    @property
    def _password(self) -> str:
        return cluster.password_file(self.data_dir).read_text()

    def _sql(self, statement: str) -> str:
        done = subprocess.run(  # noqa: S603 - the wheel's own program
            [self._programs / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement],
            cwd="/",
            env={**self.environment, **self._client_environment()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise StackError(f"The database in {self.data_dir} refuses: {done.stderr.strip()}")
        return done.stdout.strip()

    def _client_environment(self) -> dict[str, str]:
        return {
            "HOME": os.devnull,
            "PGHOST": LOOPBACK,
            "PGPORT": str(self.port),
            "PGDATABASE": "postgres",
            "PGUSER": cluster.SUPERUSER,
            "PGPASSWORD": self._password,
        }
