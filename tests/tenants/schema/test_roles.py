"""Roles belong to the whole server: migrations of two of its databases may meet at them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from kram.app.settings import Settings
from kram.kit.db.scope import APP_ROLE, HOT_ROLE
from kram.tenants.schema import roles
from kram.tenants.schema.platform import migrate_platform
from kram.tenants.schema.tree import load_tree

pytestmark = pytest.mark.anyio


@pytest.fixture
def passwords(settings: Settings) -> dict[str, str]:
    """Those that are in force: other tests sign in meanwhile."""
    return {role: settings.role_password(role) for role in (APP_ROLE, HOT_ROLE)}


@pytest.fixture
async def elsewhere(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The same owner in another database of the server."""
    connection = await asyncpg.connect(database_url.rpartition("/")[0] + "/postgres")
    yield connection
    await connection.close()


class Meeting:
    """A migration that comes to a role which another database's migration has just changed."""

    def __init__(
        self, elsewhere: asyncpg.Connection, owner: asyncpg.Connection, settings: Settings
    ) -> None:
        self._elsewhere = elsewhere
        self._owner = owner
        self._settings = settings

    async def migrate(self, passwords: dict[str, str]) -> str:
        change = f"ALTER ROLE {APP_ROLE} LOGIN PASSWORD '{passwords[APP_ROLE]}'"
        async with asyncio.TaskGroup() as group, self._elsewhere.transaction():
            await self._elsewhere.execute(change)
            migrating = group.create_task(migrate_platform(self._settings.database_url, passwords))
            await self._until_it_waits()
        return await migrating

    async def _until_it_waits(self) -> None:
        holder = self._elsewhere.get_server_pid()
        async with asyncio.timeout(20):
            while not await self._owner.fetchval(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE $1 = ANY(pg_blocking_pids(pid)))",
                holder,
            ):
                await asyncio.sleep(0.02)


@pytest.fixture
def meeting(
    elsewhere: asyncpg.Connection, owner: asyncpg.Connection, settings: Settings
) -> Meeting:
    return Meeting(elsewhere, owner, settings)


async def test_a_migration_that_comes_second_tries_again(
    meeting: Meeting, passwords: dict[str, str]
) -> None:
    assert await meeting.migrate(passwords) == load_tree("platform").head


async def test_a_migration_that_does_not_try_again_would_be_caught(
    meeting: Meeting, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(roles, "_ATTEMPTS", 1)
    with pytest.RaisesGroup(
        pytest.RaisesExc(asyncpg.InternalServerError, match="tuple concurrently updated")
    ):
        await meeting.migrate(passwords)


async def test_what_is_no_race_is_not_repeated(
    settings: Settings, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> None:
        raise asyncpg.InsufficientPrivilegeError("no CREATEROLE")

    monkeypatch.setattr(roles, "_make_roles", refused)
    monkeypatch.setattr(roles, "_PAUSE_SECONDS", 1000)
    async with asyncio.timeout(10):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await migrate_platform(settings.database_url, passwords)


async def test_many_migrations_at_once_all_arrive(
    settings: Settings, passwords: dict[str, str]
) -> None:
    reached = await asyncio.gather(
        *(migrate_platform(settings.database_url, passwords) for _ in range(4))
    )
    assert reached == [load_tree("platform").head] * 4
