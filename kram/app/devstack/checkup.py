"""What `kram doctor` looks at. Each check finds, and where it finds ill, says the remedy."""

import asyncio
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis

from kram.app.devstack.account import unprivileged
from kram.app.devstack.addresses import PHONE_PORT, WEB_PORT
from kram.app.devstack.errors import StackError
from kram.app.devstack.home import Home
from kram.app.devstack.node import node
from kram.app.devstack.places import data_place
from kram.app.devstack.ports import is_free
from kram.app.devstack.up import ROOM_BYTES

OLDEST_POSTGRES = 160000
PATIENCE_SECONDS = 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One line of the checkup. remedy: what to do, empty when all is well."""

    what: str
    found: str
    remedy: str = ""
    is_optional: bool = False

    @property
    def is_well(self) -> bool:
        return not self.remedy or self.is_optional


Look = Callable[[str], Awaitable[Finding]]


def findings(
    root: Path,
    environ: Mapping[str, str] = os.environ,
    database_looks: Sequence[Look] = (),
) -> Iterator[Finding]:
    """Looks at everything, one line after the other.

    database_looks: further questions to a database that answers, given its URL.
    """
    home = Home(root)
    report = home.read_report() if home.noted_processes() else {}
    yield _python()
    yield _lock(root)
    yield _node()
    yield _disk(root)
    yield _data_folder(home)
    yield from _ports(report)
    url = environ.get("KRAM_DATABASE_URL") or report.get("database_url")
    yield (database := _database(url))
    if url and database.is_well:
        yield from (_asked("Database", look, url) for look in database_looks)
    yield _valkey(environ.get("KRAM_REDIS_URL") or report.get("redis_url"))
    yield _browser()


def _python() -> Finding:
    found = sys.version.split()[0]
    too_old = sys.version_info < (3, 11)
    return Finding("Python", found, "Install Python 3.11 or newer." if too_old else "")


def _lock(root: Path) -> Finding:
    try:
        stamp = json.loads((Path(sys.prefix) / "kram-locks.json").read_text())
    except (OSError, ValueError):
        return Finding("Packages", "not installed by `make`", "Run `make up`.")
    for name, digest in stamp.items():
        lock = root / "requirements" / f"{name}.lock"
        if hashlib.sha256(lock.read_bytes()).hexdigest() == digest:
            return Finding("Packages", f"as in requirements/{name}.lock")
    return Finding("Packages", "older than the lock", "Run `make up` or `make test`.")


def _node() -> Finding:
    found = node()
    return Finding("Node", str(found or "none: `make up` installs it from a wheel when needed"))


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    remedy = "Free some space." if free < ROOM_BYTES else ""
    return Finding("Disk", f"{free / 2**30:.1f} GiB free", remedy)


def _data_folder(home: Home) -> Finding:
    if not home.folder.exists():
        return Finding("Data folder", f"{home.folder} is made by the first `make up`")
    try:
        place = data_place(home.folder / "postgres", unprivileged())
    except StackError as closed:
        return Finding("Data folder", str(home.folder), str(closed))
    writable = os.access(home.folder, os.W_OK)
    return Finding("Data folder", str(place.parent), "" if writable else "Make it yours to write.")


def _ports(report: Mapping[str, Any]) -> Iterator[Finding]:
    for name, port in (("web", WEB_PORT), ("phone", PHONE_PORT)):
        if name in report:
            yield Finding(f"Port of the {name}", f"Kram runs at {report[name]}")
        elif is_free(port):
            yield Finding(f"Port of the {name}", f"{port} is free")
        else:
            yield Finding(f"Port of the {name}", f"{port} is taken; another one is used")


def _database(url: str | None) -> Finding:
    if not url:
        return Finding("Database", "is not running; `make up` starts it")
    return _asked("Database", _look_at_database, url)


async def _look_at_database(url: str) -> Finding:
    connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
    try:
        version = int(await connection.fetchval("SHOW server_version_num"))
        locale = await connection.fetchrow(
            "SELECT datlocprovider = 'b' AND datlocale = 'C.UTF-8' AS is_ours,"
            " lower('Ж') = 'ж' AS knows_cyrillic"
            " FROM pg_database WHERE datname = current_database()"
        )
    finally:
        await connection.close()
    found = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version < OLDEST_POSTGRES:
        return Finding("Database", found, "Use PostgreSQL 16 or newer.")
    if not (locale["is_ours"] and locale["knows_cyrillic"]):
        return Finding(
            "Database",
            f"{found}, other locale",
            "Create it from template0 with LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8': "
            "search needs to know letters beyond ASCII.",
        )
    return Finding("Database", f"{found}, C.UTF-8")


def _valkey(url: str | None) -> Finding:
    if not url:
        return Finding("Valkey", "is not running; `make up` starts it")
    return _asked("Valkey", _look_at_valkey, url)


async def _look_at_valkey(url: str) -> Finding:
    async with Redis.from_url(url, socket_timeout=PATIENCE_SECONDS) as client:
        told = await client.info("server")
    return Finding("Valkey", str(told.get("valkey_version", told.get("redis_version"))))


def _asked(what: str, look: Look, url: str) -> Finding:
    async def ask() -> Finding:
        return await asyncio.wait_for(look(url), PATIENCE_SECONDS)

    try:
        return asyncio.run(ask())
    except Exception as refused:
        reason = str(refused) or type(refused).__name__
        return Finding(what, f"does not answer ({reason})", "Check its address, or start it.")


def _browser() -> Finding:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding("Browser for tests", found)
    return Finding("Browser for tests", "none", "Install Chromium for `make test`.", True)
