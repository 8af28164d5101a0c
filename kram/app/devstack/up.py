"""`kram up`: the whole of Kram on one machine, by one command, until Ctrl-C."""

import errno
import os
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from kram.app.devstack.addresses import choose_addresses
from kram.app.devstack.errors import StackError, Taken, disk_is_full
from kram.app.devstack.home import Home
from kram.app.devstack.ports import Reservations
from kram.app.devstack.processes import end
from kram.app.devstack.servers import running_servers
from kram.app.devstack.stack import Stack
from kram.app.devstack.supervisor import end_marked
from kram.app.devstack.table import Table, kram_table
from kram.app.devstack.voice import Voice

ROOM_BYTES = 128 * 2**20
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
FULL = (errno.ENOSPC, errno.EDQUOT)


def up(
    root: Path,
    voice: Voice,
    environ: Mapping[str, str] = os.environ,
    *,
    table: Table | None = None,
) -> None:
    """Starts everything and returns after a signal stopped it.

    Raises:
        StackError: this machine does not let it start, in one sentence.
    """
    home = Home(root.absolute())
    try:
        with ExitStack() as leaving:
            _own(home, leaving)
            _bring_up(home, voice, environ, table or kram_table(), leaving)
    except OSError as broken:
        if broken.errno in FULL:
            raise disk_is_full(home.folder) from broken
        if broken.errno in CLOSED:
            raise StackError(f"Cannot write {broken.filename}: {broken.strerror}.") from broken
        raise


def _own(home: Home, leaving: ExitStack) -> None:
    """Makes this the only stack of the checkout, and ends what is left of one that was killed."""
    lock = home.make()
    try:
        lock.take(home.folder)
    except Taken as taken:
        report = home.read_report()
        raise Taken(
            f"Kram already runs in this checkout as process {report.get('pid', '?')} at "
            f"{report.get('web', 'an address it has yet to choose')}: stop that one first."
        ) from taken
    leaving.callback(lock.release)
    end_marked(home.root)
    end(home.noted_processes(), signal.SIGTERM, signal.SIGKILL)
    home.report.unlink(missing_ok=True)


def _bring_up(
    home: Home, voice: Voice, environ: Mapping[str, str], table: Table, leaving: ExitStack
) -> None:
    began = float(environ.get("KRAM_UP_STARTED") or time.time())
    if shutil.disk_usage(home.folder).free < ROOM_BYTES:
        raise disk_is_full(home.folder)
    if not environ.get("KRAM_SECRET_KEY"):
        home.secret_key()
    ports = Reservations()
    leaving.callback(ports.release)
    addresses = choose_addresses(ports, environ)
    servers = leaving.enter_context(running_servers(home.folder, environ))
    leaving.callback(home.report.unlink, missing_ok=True)
    Stack(home, voice, table, servers, addresses).run(environ, began)
