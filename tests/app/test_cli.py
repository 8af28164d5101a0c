"""The `kram` command: light to start, clear when something is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kram.app.cli import app
from kram.app.devstack import checkup
from kram.app.devstack.checkup import Finding, findings
from kram.app.devstack.table import ENTRY_POINTS

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("litestar", "sqlalchemy", "aiogram", "asyncpg", "boto3", "granian", "PIL", "asyncio")


def test_listing_the_commands_imports_nothing_heavy() -> None:
    code = f"import sys, kram.app.cli; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_an_unknown_process_is_answered_with_the_known_ones() -> None:
    answer = CliRunner().invoke(app, ["run", "nothing"])
    assert answer.exit_code == 2
    said = " ".join(answer.output.replace("│", " ").split())
    assert ", ".join(ENTRY_POINTS) in said


@pytest.mark.parametrize(("told", "code", "said"), [("", 1, ""), ("\n", 0, "\n")])
def test_a_gated_process_runs_when_it_is_told_to_and_not_when_the_stack_went_away(
    told: str, code: int, said: str
) -> None:
    program = (
        "from kram.app.devstack import table; table.ENTRY_POINTS['web'] = 'builtins:print';"
        "from kram.app.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "run", "web", "--gated"],
        cwd=ROOT,
        input=told,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (code, said), done.stderr


def looked(what: str, **environ: str) -> Finding:
    return next(finding for finding in findings(ROOT, environ) if finding.what == what)


def test_the_doctor_finds_the_servers_of_the_tests_well(database_url: str, redis_url: str) -> None:
    database = looked("Database", KRAM_DATABASE_URL=database_url)
    assert (database.found, database.is_well) == ("PostgreSQL 18.6, C.UTF-8", True)
    valkey = looked("Valkey", KRAM_REDIS_URL=redis_url)
    assert (valkey.found.split(".")[0], valkey.is_well) == ("9", True)


def test_the_doctor_says_which_server_does_not_answer() -> None:
    nobody = "postgresql://kram@127.0.0.1:1/kram"
    database = looked("Database", KRAM_DATABASE_URL=nobody)
    assert not database.is_well
    assert "does not answer" in database.found
    assert not looked("Valkey", KRAM_REDIS_URL="redis://127.0.0.1:1").is_well


def test_the_doctor_asks_a_database_that_answers_further_questions(database_url: str) -> None:
    async def migrations(url: str) -> Finding:
        return Finding("Migrations", url, "Run `kram migrate --all`.")

    found = list(findings(ROOT, {"KRAM_DATABASE_URL": database_url}, [migrations]))
    assert Finding("Migrations", database_url, "Run `kram migrate --all`.") in found


def test_a_missing_browser_is_no_illness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "BROWSERS", ("no-such-browser",))
    browser = looked("Browser for tests")
    assert (browser.found, browser.is_well) == ("none", True)
    assert browser.remedy


def test_a_full_disk_is_an_illness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "ROOM_BYTES", 2**62)
    assert looked("Disk").remedy == "Free some space."
