"""The largest body that any door reads; a route may set a smaller limit for itself."""

from http import HTTPStatus

import msgspec
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

from kram.kit.errors import AppError, Kind, problem
from kram.kit.messages import gettext_noop


class BodyTooLarge(AppError):
    code = "body_too_large"
    kind = Kind.TOO_LARGE
    title = gettext_noop("The request is too large")

    def __init__(self, max_bytes: int) -> None:
        super().__init__(gettext_noop("Send at most %(max_bytes)s bytes"), max_bytes=max_bytes)


class BodyLimit:
    """Refuses a body over the limit before it is read or, when it comes in chunks, at the limit."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
        elif _announced_bytes(scope) > self._max_bytes:
            await _refuse(BodyTooLarge(self._max_bytes), scope, send)
        else:
            await self._serve(scope, self._counting(receive), send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except BodyTooLarge as error:
            if started:
                raise
            await _refuse(error, scope, send)

    def _counting(self, receive: Receive) -> Receive:
        received = 0

        async def counted() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message["body"])
                if received > self._max_bytes:
                    raise BodyTooLarge(self._max_bytes)
            return message

        return counted


def _announced_bytes(scope: Scope) -> int:
    """What Content-Length says; 0 without one, and then the chunks are counted."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:18])
    return 0


async def _refuse(error: AppError, scope: Scope, send: Send) -> None:
    body = msgspec.json.encode(problem(error, scope["path"]))
    await send(
        {
            "type": "http.response.start",
            "status": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "headers": [
                (b"content-type", b"application/problem+json"),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
