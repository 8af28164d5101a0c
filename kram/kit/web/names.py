"""Makes what no name may hold harmless before anybody looks the name up."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

_NUL, _UNKNOWN = "\0", "\N{REPLACEMENT CHARACTER}"


class NoNul:
    """PostgreSQL and file systems fail on a NUL (`%00`); without it the path names nothing, and
    the door it leads to says so in its own way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and _NUL in scope["path"]:
            scope["path"] = scope["path"].replace(_NUL, _UNKNOWN)
        await self._app(scope, receive, send)
