"""One id for each request, in every log line of it and in the answer."""

import re

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from kram.kit.ids import new_trace_id

_NAME = b"x-request-id"
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """A well-formed id that a proxy has given is kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await self._identified(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _identified(self, scope: Scope, receive: Receive, send: Send) -> None:
        one = _given(scope) or new_trace_id().encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (_NAME, one)]
            await send(message)

        # Not bound_contextvars(): it copies the whole context, for each page that is in memory.
        tokens = structlog.contextvars.bind_contextvars(request_id=one.decode())
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)


def _given(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == _NAME:
            return value if _GIVEN.fullmatch(value) else None
    return None


def request_id() -> str:
    """The id of the request being served; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
