"""Around every dashboard page: the visitor goes in, cookies and headers come out."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from kram.dashboard.signin.gate import Gate
from kram.dashboard.signin.visitor import Visitor, put_visitor


class VisitorMiddleware:
    """`media_origin` is where pictures come from, if not from here."""

    def __init__(self, app: ASGIApp, gate: Gate, media_origin: str = "") -> None:
        self._app = app
        self._gate = gate
        self._headers = {
            "content-security-policy": content_policy(media_origin),
            # Pages of one person: neither a proxy nor the back button may show them to another.
            "cache-control": "no-store",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        asking: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope, receive)
        visitor = await self._gate.admit(asking.cookies, asking.headers.get("accept-language", ""))
        put_visitor(scope, visitor)

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableScopeHeaders.from_message(message), visitor)
            await send(message)

        await self._app(scope, receive, send_with_cookies)

    def _complete(self, headers: MutableScopeHeaders, visitor: Visitor) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        # Of two cookies with one name the later was meant.
        for cookie in {cookie.key: cookie for cookie in visitor.cookies}.values():
            headers.add("set-cookie", cookie.to_header(header=""))


def content_policy(media_origin: str) -> str:
    """No inline script or style, nothing from elsewhere; `blob:` is a photo before it is sent."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            f"img-src 'self' blob: data: {media_origin}".rstrip(),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
