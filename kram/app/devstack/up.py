"""`kram up`: the whole of Kram on one machine, by one command, until Ctrl-C."""

import errno
import http.client
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kram.app.devstack import assets, table
from kram.app.devstack.child import Program
from kram.app.devstack.errors import StackError, disk_is_full
from kram.app.devstack.home import Home
from kram.app.devstack.lock import Lock
from kram.app.devstack.ports import LOOPBACK, Reservations
from kram.app.devstack.processes import birth, end
from kram.app.devstack.servers import Servers, running_servers
from kram.app.devstack.supervisor import Stopped, Supervisor, end_marked
from kram.app.devstack.voice import Voice

WEB_PORT, PHONE_PORT = 8400, 8401
ROOM_BYTES = 128 * 2**20
FIRST_PAGE_SECONDS = 60.0


@dataclass(frozen=True)
class Table:
    """What runs: the web first, then the setup, then the rest."""

    web: Program
    setup: Program | None
    rest: Sequence[Program]


def kram_table() -> Table:
    return Table(table.program(table.WEB), table.program(table.SETUP), table.others())


def up(
    root: Path,
    voice: Voice,
    environ: Mapping[str, str] = os.environ,
    *,
    programs: Table | None = None,
) -> None:
    """Starts everything and returns after a signal stopped it.

    Raises:
        StackError: this machine does not let it start, in one sentence.
    """
    started = float(environ.get("KRAM_UP_STARTED") or time.time())
    home = Home(root.absolute())
    try:
        lock = home.make()
        _take(lock, home)
        with ExitStack() as leaving:
            leaving.callback(lock.release)
            _end_leftovers(home)
            _check_room(home.folder)
            _Stack(home, voice, environ, programs or kram_table(), leaving).run(started)
    except OSError as broken:
        if broken.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_is_full(home.folder) from broken
        if broken.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise StackError(f"Cannot write {broken.filename}: {broken.strerror}.") from broken
        raise


def _take(lock: Lock, home: Home) -> None:
    try:
        lock.take(home.folder)
    except StackError as taken:
        report = home.read_report()
        raise StackError(
            f"Kram already runs in this checkout as process {report.get('pid', '?')} at "
            f"{report.get('web', 'an address it has yet to choose')}: stop that one first."
        ) from taken


def _end_leftovers(home: Home) -> None:
    """Ends the processes of a stack that was killed; the servers find their own."""
    end_marked(home.root)
    end(home.noted_processes(), signal.SIGTERM, signal.SIGKILL)
    home.report.unlink(missing_ok=True)


def _check_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < ROOM_BYTES:
        raise disk_is_full(folder)


class _Stack:
    """One run of the stack."""

    def __init__(
        self,
        home: Home,
        voice: Voice,
        environ: Mapping[str, str],
        programs: Table,
        leaving: ExitStack,
    ) -> None:
        self._home = home
        self._voice = voice
        self._environ = environ
        self._programs = programs
        self._leaving = leaving
        ports = Reservations()
        leaving.callback(ports.release)
        self._web = self._address(ports, "KRAM_WEB_PORT", WEB_PORT)
        self._phone = self._address(ports, "KRAM_PHONE_PORT", PHONE_PORT)
        self._started_at = datetime.now(UTC).isoformat()

    def run(self, started: float) -> None:
        servers = self._leaving.enter_context(running_servers(self._home.folder, self._environ))
        tree = Supervisor(
            self._home.root,
            self._child_environment(servers),
            self._voice,
            on_change=lambda: self._report(tree, servers),
            on_glance=lambda: self._revive(tree, servers),
        )
        with suppress(Stopped), tree:
            tree.start(self._programs.web, gated=True)
            assets.build(self._home.root)
            if self._programs.setup is not None:
                tree.finish(self._programs.setup)
            tree.open_gate(self._programs.web.name)
            if not tree.wait_until(self._has_first_page, FIRST_PAGE_SECONDS):
                raise StackError("The web does not answer; what it said is above.")
            first_page = time.time() - started
            tree.start(*self._programs.rest)
            self._announce(first_page)
            tree.run()
        self._home.report.unlink(missing_ok=True)

    def _address(self, ports: Reservations, setting: str, preferred: int) -> str:
        wanted = self._environ.get(setting)
        if wanted is None:
            port = ports.preferred(preferred)
        elif wanted.isdecimal() and 0 < int(wanted) < 65536:
            port = ports.forced(int(wanted), setting)
        else:
            raise StackError(f"{setting} must be a port number, not {wanted!r}.")
        return f"http://{LOOPBACK}:{port}"

    def _child_environment(self, servers: Servers) -> dict[str, str]:
        folder = self._home.folder
        ours = {
            "KRAM_ENVIRONMENT": "development",
            "KRAM_DATABASE_URL": servers.database_url,
            "KRAM_REDIS_URL": servers.redis_url,
            "KRAM_SECRET_KEY": self._environ.get("KRAM_SECRET_KEY") or self._home.secret_key(),
            "KRAM_PUBLIC_URL": self._environ.get("KRAM_PUBLIC_URL") or self._web,
            "KRAM_WEB_PORT": self._web.rpartition(":")[2],
            "KRAM_PHONE_PORT": self._phone.rpartition(":")[2],
            "KRAM_TELEGRAM_API_URL": self._phone,
            "KRAM_TELEGRAM_CONTROL_URL": self._phone,
            "KRAM_STORAGE_URL": self._environ.get("KRAM_STORAGE_URL")
            or (folder / "media").as_uri(),
            "KRAM_DATA_DIR": str(folder),
            "PYTHONUNBUFFERED": "1",
        }
        # Without its bytecode every start would compile a hundred thousand lines again.
        kept = {k: v for k, v in self._environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return {**kept, **ours}

    def _has_first_page(self) -> bool:
        host = self._web.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _revive(self, tree: Supervisor, servers: Servers) -> None:
        for name in servers.revive():
            self._voice.note(name, "had died and runs again.")
            self._report(tree, servers)

    def _report(self, tree: Supervisor, servers: Servers) -> None:
        pids = {
            **servers.pids,
            **{name: c.process.pid for name, c in tree.children.items() if c.process},
        }
        self._home.write_report(
            {
                "pid": os.getpid(),
                "web": self._web,
                "phone": self._phone,
                "dashboard": f"{self._web}/dashboard",
                "database_url": servers.database_url,
                "redis_url": servers.redis_url,
                "data_dir": str(self._home.folder),
                "demo": self._home.read_demo(),
                "pids": pids,
                "births": {name: birth(pid) for name, pid in pids.items()},
                "started_at": self._started_at,
            }
        )

    def _announce(self, first_page_seconds: float) -> None:
        demo = self._home.read_demo() or {}
        say = self._voice.console.print
        say(f"\nKram is up after {first_page_seconds:.1f} s.", style="bold green")
        say(f"  Dashboard      {self._web}/dashboard")
        say(f"  Shop on phone  {self._phone}{demo.get('path', '/')}")
        say(f"  Phone          {self._phone}")
        if demo:
            say(f"  Sign in as     {demo['email']}  {demo['password']}")
        say("  Ctrl-C stops all of it.\n", style="dim")
        sys.stdout.flush()
