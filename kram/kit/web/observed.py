"""How long requests take, by route, and a log line for those that went wrong or were slow."""

import time

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

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
    REQUEST_SECONDS.labels(method, route, status).observe(seconds)
    say = _log.warning if status >= 500 or seconds >= SLOW_SECONDS else _log.debug
    say("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
