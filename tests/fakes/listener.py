"""A server on loopback that counts who connects, remembers what was sent and answers as told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Listener:
    port: int
    answer: bytes = OK
    delay_seconds: float = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head + await _body(reader, head))
            await asyncio.sleep(self.delay_seconds)
            writer.write(self.answer)
            await writer.drain()


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return await reader.readexactly(int(line.split(b":")[1]))
    return b""


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[Listener]:
    """On every loopback address, the same port for IPv4 and IPv6."""
    listener = Listener(port=0)
    servers = await _both_families(listener, tls)
    try:
        yield listener
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()
        for task in listener.serving:
            task.cancel()
        await asyncio.gather(*listener.serving, return_exceptions=True)


async def _both_families(
    listener: Listener, tls: ssl.SSLContext | None
) -> tuple[asyncio.Server, asyncio.Server]:
    while True:
        four = await asyncio.start_server(listener.serve, "0.0.0.0", 0, ssl=tls)
        listener.port = four.sockets[0].getsockname()[1]
        try:
            return four, await asyncio.start_server(listener.serve, "::1", listener.port, ssl=tls)
        except OSError:  # the port is free for one family only
            four.close()
