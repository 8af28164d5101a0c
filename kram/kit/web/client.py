"""Whose limit a request counts against: the one place where a proxy's word is weighed."""

from collections.abc import Sequence

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from kram.kit.proxies import Network, behind, household, read_address
from kram.kit.web.problems import AnyRequest

_FORWARDED = b"x-forwarded-for"
_NOBODY = "unknown"


class ClientAddress:
    """Puts the client's own address into the scope in place of a trusted proxy's."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._trusted and scope["type"] == ScopeType.HTTP:
            self._look_behind_proxies(scope)
        await self._app(scope, receive, send)

    def _look_behind_proxies(self, scope: HTTPScope) -> None:
        client = scope.get("client")
        peer = read_address(client[0]) if client else None
        if peer is not None:
            scope["client"] = (str(behind(peer, _hops(scope), self._trusted)), 0)


def client_of(request: AnyRequest) -> str:
    """The key of every limit by address."""
    address = read_address(request.client.host) if request.client else None
    return household(address) if address else _NOBODY


def _hops(scope: HTTPScope) -> list[str]:
    """Several headers are one list, in their order."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == _FORWARDED]
    return ",".join(lines).split(",") if lines else []
