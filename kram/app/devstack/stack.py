"""One run of the stack, from the first server to the last process."""

import http.client
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from kram.app.devstack import assets
from kram.app.devstack.addresses import Addresses
from kram.app.devstack.configuration import child_environment
from kram.app.devstack.errors import StackError
from kram.app.devstack.home import Home
from kram.app.devstack.servers import Servers
from kram.app.devstack.supervisor import Supervisor
from kram.app.devstack.table import Table
from kram.app.devstack.voice import Voice

FIRST_PAGE_SECONDS = 60.0


class Stack:
    """The servers are up; this runs the table of programs on them until a signal."""

    def __init__(
        self, home: Home, voice: Voice, table: Table, servers: Servers, addresses: Addresses
    ) -> None:
        self._home = home
        self._voice = voice
        self._table = table
        self._servers = servers
        self._addresses = addresses
        self._started_at = datetime.now(UTC).isoformat()

    def run(self, environ: Mapping[str, str], began: float) -> None:
        """began: when the person asked, in seconds of the wall clock."""
        settings = child_environment(environ, self._home, self._servers, self._addresses)
        with Supervisor(
            self._home.root,
            {**settings, **self._voice.colours},
            self._voice,
            on_change=self._report,
            on_glance=self._revive,
        ) as self._tree:
            self._bring_up()
            first_page_seconds = time.time() - began
            self._tree.start(*self._table.rest)
            self._announce(first_page_seconds)
            self._tree.run()

    def _bring_up(self) -> None:
        """All import at once; at the gates each waits for what it needs."""
        tree, table = self._tree, self._table
        tree.start(table.web, table.setup, gated=True)
        tree.start(table.phone)
        assets.build(self._home.root)
        self._wait_for("phone", self._addresses.phone)
        tree.open_gate(table.setup.name)
        tree.finish(table.setup.name)
        tree.open_gate(table.web.name)
        self._wait_for("web", self._addresses.web)

    def _wait_for(self, name: str, address: str) -> None:
        if not self._tree.wait_until(lambda: _answers(address), FIRST_PAGE_SECONDS):
            raise StackError(f"The {name} does not answer; what it said is above.")

    def _revive(self) -> None:
        for name in self._servers.revive():
            self._report()
            self._voice.note(name, "had died and runs again.")

    def _report(self) -> None:
        programs = self._tree.children.values()
        running = {c.program.name: c for c in programs if c.process is not None}
        pids = {name: c.process.pid for name, c in running.items() if c.process is not None}
        self._home.write_report(
            {
                "pid": os.getpid(),
                "web": self._addresses.web,
                "phone": self._addresses.phone,
                "dashboard": self._addresses.dashboard,
                "database_url": self._servers.database_url,
                "redis_url": self._servers.redis_url,
                "data_dir": str(self._home.folder),
                "demo": self._home.read_demo(),
                "pids": {**self._servers.pids, **pids},
                "births": {name: child.born for name, child in running.items()},
                "started_at": self._started_at,
            }
        )

    def _announce(self, first_page_seconds: float) -> None:
        demo = self._home.read_demo() or {}
        say = self._voice.console.print
        say(f"\nKram is up after {first_page_seconds:.1f} s.", style="bold green")
        say(f"  Dashboard      {self._addresses.dashboard}")
        say(f"  Shop on phone  {self._addresses.phone}{demo.get('path', '/')}")
        say(f"  Phone          {self._addresses.phone}")
        if demo:
            say(f"  Sign in as     {demo['email']}  {demo['password']}")
        say("  Ctrl-C stops all of it.\n", style="dim")
        sys.stdout.flush()


def _answers(address: str) -> bool:
    """Tells whether the server there shows a page, or says why not."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
