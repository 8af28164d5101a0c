"""The demo shop of `make up`, and starts that were interrupted while it was made."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from kram.app import demo
from kram.app.devstack.telegram.app import create_app
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.settings import Settings
from kram.app.setup import prepare
from tests.conftest import TEMPLATE, make_settings
from tests.factories.bots import free_port, served

pytestmark = pytest.mark.anyio


@pytest.fixture
async def empty_database(owner: asyncpg.Connection, database_url: str) -> AsyncIterator[str]:
    """Migrated, and nobody's: the demo is made for no one who has merchants."""
    name = f"kram_demo_{secrets.token_hex(4)}"
    await owner.execute("SELECT pg_advisory_lock(1)")
    await owner.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    await owner.execute("SELECT pg_advisory_unlock(1)")
    yield urlsplit(database_url)._replace(path=f"/{name}").geturl()
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Town:
    """The phone, and the database behind the shop."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self._http = http

    async def start(self) -> None:
        """What `make up` does before the web serves."""
        await asyncio.to_thread(prepare, self.settings)

    async def look(self, path: str, **params: Any) -> Any:
        return (await self._http.get(f"/_control/{path}", params=params)).json()

    async def people(self) -> list[str]:
        return [person["first_name"] for person in await self.look("people")]

    async def groups(self) -> list[Any]:
        [olena] = [one for one in await self.look("people") if one["first_name"] == "Олена"]
        chats = await self.look("chats", user_id=olena["id"])
        return [chat for chat in chats if chat["type"] == "supergroup"]

    async def codes(self) -> int:
        """How often a code for the staff chat was posted."""
        [group] = await self.groups()
        messages = await self.look("messages", chat=group["key"])
        return sum(message.get("text", "").startswith("/staff ") for message in messages)

    async def link_staff_chat(self) -> None:
        """What the bots do with the code once they run."""
        [group] = await self.groups()
        connection = await asyncpg.connect(self.settings.database_url)
        await connection.execute("UPDATE platform.bot SET staff_chat_id = $1", group["id"])
        await connection.close()


@pytest.fixture
async def town(empty_database: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with served(create_app(Telegram(None)), free_port()) as phone:
        settings = make_settings(
            empty_database,
            redis_url,
            KRAM_STORAGE_URL=f"file://{tmp_path}/media",
            KRAM_PUBLIC_URL=f"http://127.0.0.1:{free_port()}",
            KRAM_TELEGRAM_API_URL=phone,
            KRAM_TELEGRAM_CONTROL_URL=phone,
        )
        async with httpx.AsyncClient(base_url=phone, timeout=30) as http:
            yield Town(settings, http)


async def test_a_demo_that_was_interrupted_before_its_staff_chat_is_finished(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> str:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(demo, "_code", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await town.start()
    await town.start()
    assert await town.people() == ["Олена", "Марко", "Alice"]
    assert await town.codes() == 1


async def test_a_stop_before_the_bots_have_read_the_code_doubles_nobody(town: Town) -> None:
    await town.start()
    await town.start()
    assert await town.people() == ["Олена", "Марко", "Alice"]
    assert await town.codes() == 2


async def test_a_finished_demo_is_left_alone(town: Town) -> None:
    await town.start()
    await town.link_staff_chat()
    await town.start()
    assert await town.codes() == 1
