"""A webhook's other end: a tiny web server that answers as a test tells it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

Answer = Callable[[dict[str, Any]], web.Response]


@dataclass
class Delivery:
    """One request of the simulator."""

    update: dict[str, Any]
    headers: dict[str, str]
    at: float


@dataclass
class Receiver:
    """What came, and how to answer."""

    url: str
    came: list[Delivery] = field(default_factory=list)
    answer: Answer = lambda _: web.Response()
    delay: Callable[[dict[str, Any]], float] = lambda _: 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        update = msgspec.json.decode(await request.read())
        at = asyncio.get_running_loop().time()
        self.came.append(Delivery(update, dict(request.headers), at))
        self.news.set()
        await asyncio.sleep(self.delay(update))
        return self.answer(update)

    async def wait_for(self, count: int, seconds: float = 10.0) -> list[Delivery]:
        """The deliveries, as soon as there are so many."""
        async with asyncio.timeout(seconds):
            while len(self.came) < count:
                self.news.clear()
                await self.news.wait()
        return self.came

    @classmethod
    @asynccontextmanager
    async def running(cls, port: int) -> "AsyncIterator[Receiver]":
        receiver = cls(f"http://127.0.0.1:{port}/hook")
        app = web.Application()
        app.router.add_post("/hook", receiver.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield receiver
        finally:
            await runner.cleanup()
