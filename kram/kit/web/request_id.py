"""One id for each request, in every log line of it and in the answer."""

import re

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from kram.kit.ids import new_id

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
        given = next((value for name, value in scope["headers"] if name == _NAME), b"")
        one = given if _GIVEN.fullmatch(given) else new_id().hex.encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (_NAME, one)]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=one.decode()):
            await self._app(scope, receive, send_with_id)


def request_id() -> str:
    """The id of the request being served; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
