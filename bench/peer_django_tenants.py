"""Making and migrating shops' schemas, against django-tenants on the same server in one run."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bench.figures import Figure
from bench.ground import Ground
from bench.peers.environment import PeersMissing, peers_python
from bench.peers.shape import shape_of, size_of
from kram.tenants.schema.migrate import migrate_tenants
from kram.tenants.schema.provision import make_schema
from kram.tenants.schema.tree import Step, Tree, load_tree

TENANTS = 100
_DATABASE = "peer"
_COLUMN_AND_INDEX = "ALTER TABLE orders ADD COLUMN gift text; CREATE INDEX ON orders (gift);"


async def run(ground: Ground) -> list[Figure]:
    try:
        python = await asyncio.to_thread(peers_python)
    except PeersMissing as missing:
        print(missing, file=sys.stderr)
        return []
    owner = await ground.owner()
    made = [await _made(owner) for _ in range(TENANTS)]
    migrated = await _migrated(ground)
    with tempfile.TemporaryDirectory(prefix="kram-peer-") as folder:
        peer = await _Peer.prepared(ground, owner, python, Path(folder))
        peer_made = await peer.asked("make", str(TENANTS), columns=0)
        [standard] = await peer.asked("migrate", "standard", columns=1)
        [parallel] = await peer.asked("migrate", "multiprocessing", columns=2)
    await owner.close()
    tables, indexes = peer.size
    note = f"{TENANTS} tenants of {tables} tables and {indexes} indexes each"
    return [
        Figure("a schema made, against Client.save()", median(made), median(peer_made),
               "ms", "≥ 8 ×", note),
        Figure("one migrated (column and index), against migrate_schemas", migrated,
               standard / TENANTS, "ms", "≥ 50 ×", f"ours over 4 connections; {note}"),
        Figure("the same, against its multiprocessing", migrated, parallel / TENANTS,
               "ms", "≥ 50 ×", f"{os.cpu_count()} processes of theirs"),
    ]  # fmt: skip


async def _made(owner: asyncpg.Connection) -> float:
    started = time.perf_counter()
    await make_schema(owner)
    return (time.perf_counter() - started) * 1000


async def _migrated(ground: Ground) -> float:
    """Milliseconds a shop."""
    ours = load_tree("tenant")
    tree = Tree((*ours.steps, Step(ours.head, "bench", _COLUMN_AND_INDEX)))
    started = time.perf_counter()
    report = await migrate_tenants(ground.settings.database_url, tree=tree)
    seconds = time.perf_counter() - started
    assert report.migrated == TENANTS, report
    return seconds * 1000 / TENANTS


@dataclass(frozen=True, slots=True)
class _Peer:
    """A Django project on a database of its own, beside ours on one server."""

    python: Path
    folder: Path
    database_url: str
    size: tuple[int, int]

    @classmethod
    async def prepared(
        cls, ground: Ground, owner: asyncpg.Connection, python: Path, folder: Path
    ) -> "_Peer":
        schema = await owner.fetchval("SELECT name FROM platform.tenant_schema LIMIT 1")
        shape = await shape_of(owner, schema)
        (folder / "shape.json").write_text(json.dumps(shape))
        await owner.execute(f"CREATE DATABASE {_DATABASE} TEMPLATE template0")
        url = urlunsplit(urlsplit(ground.settings.database_url)._replace(path=f"/{_DATABASE}"))
        return cls(python, folder, url, size_of(shape))

    async def asked(self, task: str, argument: str, *, columns: int) -> list[float]:
        """Runs one task in a process of its own; returns the milliseconds that it took."""
        return await asyncio.to_thread(self._ask, task, argument, columns)

    def _ask(self, task: str, argument: str, columns: int) -> list[float]:
        environment = {
            "PATH": os.environ["PATH"],
            "PEER_DATABASE_URL": self.database_url,
            "PEER_FOLDER": str(self.folder),
            "PEER_SHAPE": str(self.folder / "shape.json"),
            "PEER_COLUMNS": str(columns),
        }
        done = subprocess.run(
            [self.python, "peer.py", task, argument],
            cwd=Path(__file__).parent / "peers" / "django_tenants",
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        times: list[float] = json.loads(done.stdout.splitlines()[-1])
        return times
