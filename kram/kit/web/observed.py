"""How long requests take, by route, and a log line for those that went wrong or were slow."""

import time
from functools import cache
from http import HTTPStatus

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Histogram

from kram.kit.metrics import histogram

REQUEST_SECONDS = histogram(
    "http_request_seconds",
    "Time from request to last byte of the answer",
    "method",
    "route",
    "status",
)
SLOW_SECONDS = 1.0

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_log = structlog.get_logger(__name__)


class Observed:
    """The route is the template (`/orders/{id}`), never the path: paths may hold secrets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        method = scope["method"] if scope["method"] in _METHODS else "other"

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            _note(method, scope.get("path_template"), status, time.perf_counter() - started)


def _note(method: str, template: object, status: int, seconds: float) -> None:
    route = str(template or "other")
    _series(method, route, status).observe(seconds)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or seconds >= SLOW_SECONDS:
        ms = round(seconds * 1000, 1)
        _log.warning("request", method=method, route=route, status=status, ms=ms)


@cache
def _series(method: str, route: str, status: int) -> Histogram:
    return REQUEST_SECONDS.labels(method, route, status)
