"""At the door of the simulator's powers: who may come in, and with what."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


def only_this_machine(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuses foreign host names (DNS rebinding) and requests that foreign pages make."""
    host = connection.headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOOPBACK_HOSTS:
        raise PermissionDeniedException("the simulator answers to loopback host names only")
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise PermissionDeniedException("the simulator does not serve other origins")


async def read_body(request: Request[Any, Any, Any]) -> None:
    """Reads what the handler may not: granian drops a connection whose request was left unread."""
    await request.body()
