"""A CRM that receives webhooks over a real socket and answers as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from standardwebhooks import Webhook


@dataclass(slots=True)
class Received:
    headers: Mapping[str, str]
    body: str

    def verified_by(self, secret: str) -> dict[str, object]:
        """What the public library makes of it; raises WebhookVerificationError."""
        content: dict[str, object] = Webhook(secret).verify(self.body, dict(self.headers))
        return content


@dataclass(slots=True)
class Receiver:
    """`status` and `answer_headers` are sent back after `seconds`."""

    url: str
    status: int = 200
    answer_headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    received: list[Received] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.partition(": ") for line in head[1:] if line)
            headers = {name.lower(): value for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.received.append(Received(headers, body.decode()))
            await asyncio.sleep(self.seconds)
            extra = "".join(f"{name}: {value}\r\n" for name, value in self.answer_headers.items())
            writer.write(
                f"HTTP/1.1 {self.status} X\r\n{extra}content-length: 2\r\n"
                "connection: close\r\n\r\nok".encode()
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    receiver = Receiver("")
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"http://127.0.0.1:{port}/hooks"
    async with server:
        yield receiver
