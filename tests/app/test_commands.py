"""`kram migrate`, `kram shop …`, `kram worker` and what `kram doctor` says of migrations."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from click.testing import Result
from typer.testing import CliRunner

from kram.app import goods as app_goods
from kram.app import revisions
from kram.app.cli import app
from kram.app.commands import ground, stack
from kram.app.revisions import look_at_revisions
from kram.app.settings import Settings
from kram.kit.db.scope import EXTENSIONS_SCHEMA
from kram.kit.ids import public_code
from kram.tenants.schema.provision import drop_schema, make_schema
from kram.tenants.schema.tree import MIGRATIONS, Step, Tree, load_tree, render
from tests.conftest import SECRET_KEY

T = TypeVar("T")
PASSWORD = "correct horse battery"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "KRAM_DATABASE_URL": settings.database_url,
        "KRAM_REDIS_URL": settings.redis_url,
        "KRAM_SECRET_KEY": SECRET_KEY,
        "KRAM_PUBLIC_URL": "http://kram.test",
        "KRAM_STORAGE_URL": settings.storage_url,
        "KRAM_ENVIRONMENT": "development",
        "COLUMNS": "200",
    }


Kram = Callable[..., Result]


@pytest.fixture
def kram(environment: dict[str, str]) -> Kram:
    def kram(*arguments: str, typed: str = "") -> Result:
        answer = CliRunner().invoke(app, arguments, env=environment, input=typed)
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer

    return kram


def asked(settings: Settings, ask: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    async def connected() -> T:
        connection = await asyncpg.connect(settings.database_url)
        try:
            return await ask(connection)
        finally:
            await connection.close()

    return asyncio.run(connected())


def opened(kram: Kram, **options: str) -> str:
    """The slug of a new shop."""
    slug = f"s-{public_code().lower()}"
    answer = kram(
        "shop", "create", "Квітка", "--owner", "olena@example.com", "--slug", slug,
        *(word for name, value in options.items() for word in (f"--{name}", value)),
        typed=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    return slug


# --- shops ------------------------------------------------------------------------------------


def test_a_shop_is_opened_for_a_new_owner_and_for_a_known_one(kram: Kram) -> None:
    email = f"{public_code().lower()}@example.com"
    slugs = [f"s-{public_code().lower()}" for _ in range(2)]
    first = kram(
        "shop", "create", "Квітка", "--owner", email, "--slug", slugs[0],
        typed=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert first.exit_code == 0, first.output
    assert f"{email} has no account yet" in first.output
    assert f"Квітка is open at http://kram.test/m/{slugs[0]}/" in first.output
    assert PASSWORD not in first.output
    second = kram(
        "shop", "create", "Ліс", "--owner", email.upper(), "--slug", slugs[1],
        "--currency", "eur", "--language", "en",
    )  # fmt: skip
    assert (second.exit_code, "account" in second.output) == (0, False), second.output
    listed = kram("shop", "list").output
    for slug, name, currency in zip(slugs, ("Квітка", "Ліс"), ("UAH", "EUR"), strict=True):
        [line] = [line for line in listed.splitlines() if slug in line]
        assert all(word in line for word in (name, email, currency, "open"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--owner", "nobody"], "Write a full e-mail address"),
        (["--owner", "olena@example.com", "--slug", "a"], "Use 3 to 40 Latin letters"),
        (["--owner", "olena@example.com", "--currency", "ZZZ"], "Choose one of the offered values"),
        (["--owner", "olena@example.com", "--language", "xx"], "Choose one of the offered values"),
    ],
)
def test_a_shop_that_cannot_be_is_refused_in_a_sentence(
    kram: Kram, arguments: list[str], said: str
) -> None:
    before = kram("shop", "list").output
    opened(kram)
    answer = kram("shop", "create", "Квітка", *arguments)
    assert (answer.exit_code, said in answer.output) == (1, True), answer.output
    assert "Traceback" not in answer.output
    assert kram("shop", "list").output.count("s-") == before.count("s-") + 1


def test_a_weak_password_makes_no_account(kram: Kram) -> None:
    email = f"{public_code().lower()}@example.com"
    answer = kram("shop", "create", "Квітка", "--owner", email, typed="short\nshort\n")
    assert answer.exit_code == 1
    assert "10 to 256 characters" in answer.output
    assert email not in kram("shop", "list").output


def test_a_shop_is_opened_without_a_spare_schema(kram: Kram, settings: Settings) -> None:
    async def take_spare(connection: asyncpg.Connection) -> None:
        await connection.execute(
            "UPDATE platform.tenant_schema SET shop_id = gen_random_uuid(), claimed_at = $1"
            " WHERE shop_id IS NULL",
            LONG_AGO,
        )

    async def give_back(connection: asyncpg.Connection) -> None:
        await connection.execute(
            "UPDATE platform.tenant_schema SET shop_id = NULL WHERE claimed_at = $1", LONG_AGO
        )

    asked(settings, take_spare)
    opened(kram)
    asked(settings, give_back)


# --- goods ------------------------------------------------------------------------------------


@pytest.fixture
def goods(tmp_path: Path) -> Path:
    path = tmp_path / "goods.csv"
    lines = "".join(f"S-{n},Чашка {n},{n}.50,{n}\n" for n in range(120))
    path.write_text(f"sku,title,price,stock\n{lines}", encoding="utf-8")
    return path


def test_goods_come_in_and_a_second_time_nothing_changes(kram: Kram, goods: Path) -> None:
    slug = opened(kram)
    first = kram("shop", "import", slug, str(goods))
    assert first.exit_code == 0, first.output
    assert "120/120" in first.output
    assert "120 products are new, 0 changed, 0 stayed; 0 rows were refused." in first.output
    second = kram("shop", "import", slug, str(goods))
    assert "0 products are new, 0 changed, 120 stayed; 0 rows were refused." in second.output


def test_refused_rows_are_listed_and_fail_the_command(kram: Kram, tmp_path: Path) -> None:
    slug, path = opened(kram), tmp_path / "bad.csv"
    bad = "".join(f"B-{n},Cup,-{n}\n" for n in range(1, 31))
    path.write_text(f"sku,title,price\nA,Cup,12.50\n{bad}")
    answer = kram("shop", "import", slug, str(path))
    assert answer.exit_code == 1
    assert "1 products are new, 0 changed, 0 stayed; 30 rows were refused." in answer.output
    [line] = [line for line in answer.output.splitlines() if "│ 3 " in line]
    assert all(word in line for word in ("price", "The amount may not be below zero", "-1"))
    assert "… and 10 more" in answer.output
    assert kram("shop", "export", slug).output.count("\n") == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "The file is empty"), (b"sku,title\nA,Cup\n", "Columns missing: price")],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    kram: Kram, tmp_path: Path, content: bytes, said: str
) -> None:
    slug, path = opened(kram), tmp_path / "bad.csv"
    path.write_bytes(content)
    answer = kram("shop", "import", slug, str(path))
    assert (answer.exit_code, said in answer.output) == (1, True), answer.output


def test_goods_go_out_and_in_again(kram: Kram, goods: Path, tmp_path: Path) -> None:
    slug, other = opened(kram), opened(kram)
    kram("shop", "import", slug, str(goods))
    printed = kram("shop", "export", slug).output
    table = list(csv.reader(io.StringIO(printed)))
    assert table[0][:4] == ["sku", "title", "price", "stock"]
    assert table[8][:4] == ["S-7", "Чашка 7", "7.50", "7"]
    saved = tmp_path / "saved.csv"
    answer = kram("shop", "export", slug, "--output", str(saved))
    assert f"120 variants are in {saved}." in answer.output.replace("\n", "")
    assert saved.read_bytes().startswith(b"\xef\xbb\xbfsku,")
    again = kram("shop", "import", slug, str(saved))
    assert "0 products are new, 0 changed, 120 stayed" in again.output
    moved = kram("shop", "import", other, str(saved))
    assert "120 products are new" in moved.output


def test_an_interrupted_import_says_so_in_the_dashboard(
    kram: Kram, goods: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    slug = opened(kram)
    monkeypatch.setattr(app_goods, "take_in", interrupted)
    assert kram("shop", "import", slug, str(goods)).exit_code == 130

    async def jobs(connection: asyncpg.Connection) -> list[tuple[str, str]]:
        schema = await connection.fetchval("SELECT schema FROM platform.shop WHERE slug = $1", slug)
        rows = await connection.fetch(f"SELECT state, problem FROM {schema}.import_job")
        return [tuple(row) for row in rows]

    assert asked(settings, jobs) == [("failed", "Stopped before its end: send the file again")]


def test_an_unknown_shop_is_refused_in_a_sentence(kram: Kram, goods: Path) -> None:
    for arguments in (["import", "nothing", str(goods)], ["export", "nothing"]):
        answer = kram("shop", *arguments)
        assert (answer.exit_code, answer.output.strip()) == (1, "There is no such shop")


# --- migrations -------------------------------------------------------------------------------


def set_back(settings: Settings, *, undone: bool) -> str:
    """A schema that stands before its last revision; not `undone` it cannot take the step."""

    async def make(connection: asyncpg.Connection) -> str:
        name = await make_schema(connection)
        before = load_tree("tenant").steps[-1].before
        if undone:
            await connection.execute(f"SET search_path TO {name}, {EXTENSIONS_SCHEMA}")
            await connection.execute(way_back())
        await connection.execute(
            "UPDATE platform.tenant_schema SET revision = $1 WHERE name = $2", before, name
        )
        return name

    return asked(settings, make)


def way_back() -> str:
    """The SQL that undoes the last revision."""
    last = ScriptDirectory(str(MIGRATIONS / "tenant")).get_revision("head")
    assert last is not None
    return render(last, "downgrade")


def revision_of(settings: Settings, schema: str) -> str:
    return asked(
        settings,
        lambda connection: connection.fetchval(
            "SELECT revision FROM platform.tenant_schema WHERE name = $1", schema
        ),
    )


def dropped(settings: Settings, schema: str) -> None:
    asked(settings, lambda connection: drop_schema(connection, schema))


def test_migrate_leaves_shops_alone_unless_told(kram: Kram, settings: Settings) -> None:
    schema = set_back(settings, undone=True)
    answer = kram("migrate")
    assert answer.exit_code == 0
    assert f"The control plane is at revision {load_tree('platform').head}." in answer.output
    assert revision_of(settings, schema) == load_tree("tenant").steps[-1].before
    dropped(settings, schema)


def test_migrate_all_takes_every_shop_and_repeats_harmlessly(
    kram: Kram, settings: Settings
) -> None:
    schema = set_back(settings, undone=True)
    assert not asyncio.run(look_at_revisions(settings.database_url)).is_well
    first = kram("migrate", "--all")
    assert (first.exit_code, "1 schemas were migrated, 0 failed." in first.output) == (0, True)
    assert "1/1" in first.output
    assert revision_of(settings, schema) == load_tree("tenant").head
    assert "0 schemas were migrated, 0 failed." in kram("migrate", "--all").output
    assert asyncio.run(look_at_revisions(settings.database_url)).is_well
    dropped(settings, schema)


def test_a_shop_that_cannot_be_migrated_is_named(kram: Kram, settings: Settings) -> None:
    schema = set_back(settings, undone=False)
    answer = kram("migrate", "--all")
    assert answer.exit_code == 1
    assert "0 schemas were migrated, 1 failed." in answer.output
    assert schema in answer.output
    assert "Mend the cause and run it again" in answer.output
    dropped(settings, schema)


def test_the_doctor_knows_how_far_the_migrations_are(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = load_tree("platform").head
    found = asyncio.run(look_at_revisions(settings.database_url))
    assert found.found.startswith(f"control plane at {head} of {head}, ")
    newer = Tree((*load_tree("tenant").steps, Step(load_tree("tenant").head, "0099", "")))
    monkeypatch.setattr(
        revisions, "load_tree", lambda name: newer if name == "tenant" else load_tree(name)
    )
    found = asyncio.run(look_at_revisions(settings.database_url))
    assert ", 0 of " in found.found
    assert found.remedy == "Run `kram migrate --all`."


def test_the_doctor_asks_about_migrations(kram: Kram) -> None:
    [line] = [line for line in kram("doctor").output.splitlines() if "Migrations" in line]
    assert "control plane at " in line


def test_the_doctor_finds_a_database_without_migrations(settings: Settings) -> None:
    bare = settings.database_url.rpartition("/")[0] + "/postgres"
    found = asyncio.run(look_at_revisions(bare))
    assert (found.found, found.remedy) == ("none were made", "Run `kram migrate --all`.")


# --- the rest ---------------------------------------------------------------------------------


def test_worker_is_run_worker(kram: Kram, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(stack, "run", ran.append)
    assert kram("worker").exit_code == 0
    assert ran == ["worker"]


def test_a_database_that_is_away_is_one_sentence(kram: Kram, environment: dict[str, str]) -> None:
    environment["KRAM_DATABASE_URL"] = "postgresql://kram@127.0.0.1:1/kram"
    for arguments in (["migrate"], ["shop", "list"]):
        answer = kram(*arguments)
        assert answer.exit_code == 1
        assert "The database does not answer" in answer.output


def test_without_settings_commands_speak_to_the_running_stack(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    told = {
        "KRAM_DATABASE_URL": settings.database_url,
        "KRAM_REDIS_URL": settings.redis_url,
        "KRAM_SECRET_KEY": SECRET_KEY,
        "KRAM_PUBLIC_URL": "http://127.0.0.1:8400",
        "KRAM_STORAGE_URL": "file:///media",
    }
    monkeypatch.setattr(ground, "_of_running_stack", lambda: told)
    assert ground.command_settings({}).database_url == settings.database_url
    assert ground.command_settings({"KRAM_PUBLIC_URL": "https://a.example"}).is_https
    monkeypatch.setattr(ground, "_of_running_stack", dict)
    with pytest.raises(SystemExit, match="KRAM_REDIS_URL is not set"):
        ground.command_settings({})
