"""Armour around an ASGI application, the same under any server."""

from collections.abc import Sequence

from litestar.types import ASGIApp

from kram.kit.proxies import Network
from kram.kit.web.body_limit import BodyLimit
from kram.kit.web.client import ClientAddress
from kram.kit.web.names import NoNul
from kram.kit.web.observed import Observed
from kram.kit.web.request_id import RequestId
from kram.kit.web.security_headers import SECURITY_HEADERS, STRICT_TRANSPORT, SecurityHeaders


def armoured(
    app: ASGIApp, *, max_body_bytes: int, https: bool, trusted_proxies: Sequence[Network] = ()
) -> ASGIApp:
    """`https` says that browsers reach us by it; only then they may be told to insist on it.

    `trusted_proxies` are believed when they say for whom they speak.
    """
    headers = {**SECURITY_HEADERS, **(STRICT_TRANSPORT if https else {})}
    inner = ClientAddress(NoNul(BodyLimit(app, max_body_bytes)), trusted_proxies)
    return RequestId(Observed(SecurityHeaders(inner, headers)))
