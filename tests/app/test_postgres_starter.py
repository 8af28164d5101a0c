"""The PostgreSQL starter against what a machine does to it."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kram.app.devstack import cluster
from kram.app.devstack.account import unprivileged
from kram.app.devstack.errors import StackError
from kram.app.devstack.places import data_place, shared_folder
from kram.app.devstack.ports import free_port
from kram.app.devstack.postgres import EmbeddedPostgres
from kram.app.devstack.prepared import copy_prepared
from kram.app.devstack.processes import at_work_in, birth

ROOT = Path(__file__).resolve().parents[2]


def ask(url: str, statement: str) -> str:
    psql = cluster.binaries(unprivileged()) / "psql"
    done = subprocess.run([psql, "-XAtq", "-c", statement, url], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(data_dir)
    if not postgres.data_dir.exists():
        copy_prepared(postgres.data_dir)
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


def test_a_first_start_makes_a_database_that_knows_cyrillic(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "postgres")
    url = postgres.start()
    try:
        assert ask(url, "SELECT lower('ЖЁЛТЫЙ Ґ')") == "жёлтый ґ"
        assert ask(url, "CREATE EXTENSION pg_trgm; SELECT cardinality(show_trgm('Жук'))") == "4"
        assert (
            ask(url, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'kram'")
            == "b|C.UTF-8"
        )
        assert ask(url, "SHOW password_encryption") == "scram-sha-256"
        assert ask(url, "SHOW max_locks_per_transaction") == "256"
    finally:
        postgres.stop()
    assert stat.S_IMODE(postgres.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.password_file(postgres.data_dir).stat().st_mode) == 0o600


def test_a_wrong_password_is_refused(used_cluster: Path) -> None:
    with running(used_cluster) as postgres:
        psql = cluster.binaries(unprivileged()) / "psql"
        wrong = f"postgresql://kram:wrong@127.0.0.1:{postgres.port}/kram"
        done = subprocess.run([psql, "-c", "SELECT 1", wrong], capture_output=True, text=True)
        assert "password authentication failed" in done.stderr


def test_a_second_start_finds_its_data(used_cluster: Path) -> None:
    with running(used_cluster) as postgres:
        ask(postgres.url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer")
    with running(used_cluster) as postgres:
        assert ask(postgres.url, "SELECT answer FROM kept") == "42"


def test_it_stops_without_leaving_a_process(used_cluster: Path) -> None:
    with running(used_cluster) as postgres:
        family = at_work_in(postgres.data_dir, "postgres")
        assert postgres.pid in family
    assert postgres.pid == 0
    assert [pid for pid in family if birth(pid) is not None] == []


def test_it_recovers_after_the_postmaster_was_killed(used_cluster: Path) -> None:
    with running(used_cluster) as postgres:
        ask(postgres.url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(postgres.pid, signal.SIGKILL)
    with running(used_cluster) as postgres:
        assert ask(postgres.url, "SELECT answer FROM kept") == "42"


def test_it_revives_on_the_same_port(used_cluster: Path) -> None:
    with running(used_cluster) as postgres:
        url = postgres.url
        assert postgres.revive() is False
        os.kill(postgres.pid, signal.SIGKILL)
        wait_until_gone(postgres)
        assert postgres.revive() is True
        assert postgres.url == url
        assert ask(url, "SELECT 1") == "1"


def wait_until_gone(postgres: EmbeddedPostgres) -> None:
    for _ in range(200):
        if postgres.pid == 0:
            return
        time.sleep(0.01)
    raise AssertionError("still there")


@pytest.mark.parametrize("stranger", ["this test", "a zombie", "nonsense"])
def test_a_stale_pid_file_does_not_mislead_it(used_cluster: Path, stranger: str) -> None:
    with running(used_cluster) as postgres:
        note = (postgres.data_dir / "postmaster.pid").read_text().splitlines()
    child = subprocess.Popen(["/bin/true"])
    time.sleep(0.1)  # long enough to end, and nobody has waited for it yet
    note[0] = {"this test": str(os.getpid()), "a zombie": str(child.pid), "nonsense": "x"}[stranger]
    stale = postgres.data_dir / "postmaster.pid"
    stale.write_text("\n".join(note))
    with running(used_cluster) as postgres:
        assert ask(postgres.url, "SELECT 1") == "1"
    child.wait()


def test_a_server_whose_owner_was_killed_is_replaced(used_cluster: Path) -> None:
    owner = start_in_another_process(used_cluster)
    left = at_work_in(used_cluster, "postgres")
    assert left
    owner.kill()
    owner.wait()
    with running(used_cluster) as postgres:
        assert ask(postgres.url, "SELECT 1") == "1"
        assert not set(left) & set(at_work_in(used_cluster, "postgres"))


def test_a_second_owner_is_told_who_has_the_folder(used_cluster: Path) -> None:
    owner = start_in_another_process(used_cluster)
    try:
        with pytest.raises(StackError, match=f"already in use by process {owner.pid}"):
            EmbeddedPostgres(used_cluster).start()
        assert at_work_in(used_cluster, "postgres")
    finally:
        owner.terminate()
        owner.wait()


def start_in_another_process(data_dir: Path) -> subprocess.Popen[bytes]:
    program = (
        "import sys, time; from pathlib import Path;"
        "from kram.app.devstack.postgres import EmbeddedPostgres;"
        f"postgres = EmbeddedPostgres(Path({str(data_dir)!r})); postgres.start();"
        "print('ready', flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == b"ready\n"
    return owner


def test_two_folders_run_side_by_side(folder: Path) -> None:
    with running(folder / "one") as one, running(folder / "two") as two:
        assert one.port != two.port
        assert ask(one.url, "SELECT 1") == ask(two.url, "SELECT 1") == "1"


def test_a_port_taken_meanwhile_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(folder / "one") as one:
        ports = iter([one.port, one.port])
        monkeypatch.setattr(
            "kram.app.devstack.server.free_port", lambda: next(ports, 0) or free_port()
        )
        with running(folder / "two") as two:
            assert two.port != one.port
            assert ask(two.url, "SELECT 1") == "1"


def test_a_folder_without_its_version_is_refused_in_one_sentence(
    used_cluster: Path, folder: Path
) -> None:
    with running(used_cluster) as postgres:
        pass
    version = postgres.data_dir / "PG_VERSION"
    version.rename(folder / "aside")
    with pytest.raises(StackError, match="is not a whole data folder"):
        postgres.start()
    (folder / "aside").rename(version)


def test_a_broken_control_file_is_told_with_the_log(folder: Path) -> None:
    with running(folder / "postgres") as postgres:
        pass
    (postgres.data_dir / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(StackError, match=r"does not start .*pg_control.* Its log is .*\.log"):
        postgres.start()
    assert at_work_in(postgres.data_dir, "postgres") == []


def test_an_older_version_is_refused_in_one_sentence(used_cluster: Path) -> None:
    with running(used_cluster) as postgres:
        pass
    version = postgres.data_dir / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(StackError, match="was made by PostgreSQL 12 and this is 18"):
        postgres.start()
    version.write_text("18\n")


def test_an_interrupted_initdb_leaves_no_half_folder(folder: Path) -> None:
    half = folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    postgres = EmbeddedPostgres(folder / "postgres")
    try:
        assert ask(postgres.start(), "SELECT 1") == "1"
    finally:
        postgres.stop()
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_a_checkout_behind_a_closed_folder_keeps_its_data_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / ".kram").mkdir()
    place = data_place(closed / ".kram" / "postgres", unprivileged())
    assert place.is_relative_to(shared_folder())
    assert place == data_place(closed / ".kram" / "postgres", unprivileged())
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    place.parent.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_too_small_for_initdb_is_told_in_one_sentence(folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", small]).returncode != 0:
        pytest.skip("this container may not mount")
    try:
        with pytest.raises(StackError, match=r"^The disk that holds .* is full: free some space"):
            EmbeddedPostgres(small / "postgres").start()
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another account")
def test_it_runs_for_a_normal_user(folder: Path) -> None:
    python = Path("/usr/bin/python3")
    if not python.exists() or "3.1" not in str(python.resolve()):
        pytest.skip("there is no Python that another account can run")
    account = unprivileged()
    mine = folder / "mine"
    mine.mkdir()
    account.own(mine)
    program = (
        "from pathlib import Path; from kram.app.devstack.postgres import EmbeddedPostgres;"
        f"p = EmbeddedPostgres(Path({str(mine / 'postgres')!r}));"
        "print(p.start().startswith('postgresql://')); p.stop()"
    )
    packages = os.pathsep.join([str(ROOT), *(path for path in sys.path if "site-packages" in path)])
    done = subprocess.run(
        [python, "-c", program],
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        env={"PYTHONPATH": packages, "KRAM_SHARED_FOLDER": str(mine / "shared")},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "True\n", done.stderr
    assert at_work_in(mine / "postgres", "postgres") == []
