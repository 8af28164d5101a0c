"""Folders for servers that run as another account."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kram.app.devstack.places import PASSABLE
from kram.app.devstack.prepared import copy_prepared
from tests.stack import runs_folder


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the servers' account can pass through; pytest's own is closed to it."""
    made = Path(tempfile.mkdtemp(prefix="test-", dir=runs_folder().parent))
    made.chmod(PASSABLE)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@pytest.fixture(scope="module")
def used_cluster() -> Iterator[Path]:
    """A data folder for the tests that start it, hurt it and find it healed."""
    with open_folder() as made:
        copy_prepared(made / "postgres")
        yield made / "postgres"
