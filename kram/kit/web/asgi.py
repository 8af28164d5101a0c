"""Armour around an ASGI application, the same under any server."""

from litestar.types import ASGIApp

from kram.kit.web.body_limit import BodyLimit
from kram.kit.web.names import NoNul
from kram.kit.web.observed import Observed
from kram.kit.web.request_id import RequestId
from kram.kit.web.security_headers import SECURITY_HEADERS, STRICT_TRANSPORT, SecurityHeaders


def armoured(app: ASGIApp, *, max_body_bytes: int, https: bool) -> ASGIApp:
    """`https` says that browsers reach us by it; only then they may be told to insist on it."""
    headers = {**SECURITY_HEADERS, **(STRICT_TRANSPORT if https else {})}
    inner = NoNul(BodyLimit(app, max_body_bytes))
    return RequestId(Observed(SecurityHeaders(inner, headers)))
