"""Signing in for programs: the same sessions as the dashboard's, listed and revoked there."""

from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kram.api.rest.services import RestServices
from kram.kit.clock import utc_now
from kram.kit.ratelimit import TokenBucket
from kram.tenants import access, accounts, sessions
from kram.tenants.emails import normalise_email
from kram.tenants.errors import EmailRefused, SessionEnded
from kram.tenants.sessions import OpenSession

_PER_ADDRESS = TokenBucket("rest sign-in address", capacity=20, per_seconds=300)
_PER_ACCOUNT = TokenBucket("rest sign-in account", capacity=10, per_seconds=300)


class Credentials(msgspec.Struct, frozen=True):
    email: str
    password: str


class Refresh(msgspec.Struct, frozen=True):
    refresh_token: str


class TokenPair(msgspec.Struct, frozen=True):
    """`expires_in` seconds for the access token; a refresh token is good for one use."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 (a scheme, not a secret)


@post("/auth/token", status_code=200)
async def sign_in(
    data: JSONBody[Credentials],
    request: Request[Any, Any, Any],
    services: NamedDependency[RestServices],
) -> TokenPair:
    """Answers 401 for an unknown address and a wrong password alike, 429 after many tries."""
    await _limit(services, request, data.email)
    async with services.db.platform() as tx:
        found = await accounts.by_email(tx, data.email)
    merchant, _ = await accounts.prove(found, data.password)
    async with services.db.platform() as tx:
        agent = request.headers.get("user-agent", "")
        session = await sessions.open_session(tx, merchant.id, f"API: {agent}")
    return _pair(services, session)


@post("/auth/refresh", status_code=200)
async def refresh(data: JSONBody[Refresh], services: NamedDependency[RestServices]) -> TokenPair:
    """A refresh token that was used before ends its session."""
    async with services.db.platform() as tx:
        session = await sessions.rotate(tx, data.refresh_token, services.rotation_key)
    if session is None:
        raise SessionEnded
    return _pair(services, session)


def _pair(services: RestServices, session: OpenSession) -> TokenPair:
    return TokenPair(
        services.access_tokens.issue(session, utc_now()),
        session.refresh_token,
        int(access.LIFE.total_seconds()),
    )


async def _limit(services: RestServices, request: Request[Any, Any, Any], email: str) -> None:
    address = request.client.host if request.client else "unknown"
    try:
        account = normalise_email(email)
    except EmailRefused:
        account = "no address"
    await _PER_ADDRESS.take(services.redis, address)
    await _PER_ACCOUNT.take(services.redis, account)


ROUTES = [sign_in, refresh]
