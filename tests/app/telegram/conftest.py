"""A simulator on a free port, in the test's own event loop."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from kram.app.devstack.telegram.app import create_app
from kram.app.devstack.telegram.telegram import Telegram
from tests.app.telegram.receiver import Receiver


class Clock:
    """Time that a test can move forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return self.ahead + time.time()


@dataclass
class Simulator:
    """A running simulator: its address, its insides, and its control API."""

    url: str
    telegram: Telegram
    http: httpx.AsyncClient

    async def control(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(f"/_control/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def look(self, path: str, **params: Any) -> Any:
        answer = await self.http.get(f"/_control/{path}", params=params)
        assert answer.is_success, answer.text
        return answer.json()

    async def call(self, token: str, method: str, **params: Any) -> Any:
        """The whole answer of a Bot API call, refused or not."""
        return (await self.http.post(f"/bot{token}/{method}", json=params)).json()


@dataclass
class Town:
    """A shop's bot and a shopper who has started it."""

    bot_id: int
    token: str
    user_id: int

    @property
    def chat(self) -> str:
        return f"{self.bot_id}:{self.user_id}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(telegram: Telegram, port: int) -> tuple[Server, asyncio.Task[None]]:
    server = Server(
        create_app(telegram), "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False
    )
    task = asyncio.get_running_loop().create_task(server.serve())
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return server, task
    raise RuntimeError("the simulator did not start")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def simulator(tmp_path: Path, clock: Clock, anyio_backend: str) -> AsyncIterator[Simulator]:
    telegram, port = Telegram(tmp_path, clock), free_port()
    server, task = await start(telegram, port)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield Simulator(url, telegram, client)
    telegram.let_go()
    server.stop()  # type: ignore[no-untyped-call]
    await task


@pytest.fixture
async def town(simulator: Simulator) -> Town:
    bot = await simulator.control("bots", name="Kvitka", username="kvitka_bot")
    person = await simulator.control(
        "people", first_name="Олена", username="olena", language_code="uk"
    )
    await simulator.control("start", bot=bot["id"], user_id=person["id"])
    await simulator.call(bot["token"], "getUpdates", offset=-1)
    await simulator.call(bot["token"], "getUpdates", offset=2_000_000_000)
    return Town(bot["id"], bot["token"], person["id"])


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver.running(free_port()) as running:
        yield running
