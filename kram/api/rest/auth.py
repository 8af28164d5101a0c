"""Signing in for programs: the same sessions as the dashboard's, listed and revoked there."""

from litestar import post
from litestar.params import JSONBody

from kram.api.rest.caller import AnyRequest, CallerHere
from kram.api.rest.inputs import Input
from kram.api.rest.services import RestServices, ServicesHere
from kram.api.rest.views.shops import TokenPair
from kram.kit.clock import utc_now
from kram.kit.passwords import Verdict, hash_password
from kram.kit.ratelimit import TokenBucket
from kram.kit.web.client import client_of
from kram.tenants import access, accounts, sessions
from kram.tenants.errors import SessionEnded
from kram.tenants.models import Merchant
from kram.tenants.sessions import OpenSession

# The dashboard's own buckets: who guesses at both doors does not get twice as many tries.
_BY_EMAIL = TokenBucket("sign-in email", capacity=8, per_seconds=900)
_BY_ADDRESS = TokenBucket("sign-in address", capacity=40, per_seconds=900)


class Credentials(Input, frozen=True):
    email: str
    password: str


class Refresh(Input, frozen=True):
    refresh_token: str


@post("/auth/token", status_code=200)
async def sign_in(
    data: JSONBody[Credentials], request: AnyRequest, services: ServicesHere
) -> TokenPair:
    """Answers 401 for an unknown address and a wrong password alike, 429 after many tries."""
    await _BY_ADDRESS.take(services.redis, client_of(request))
    await _BY_EMAIL.take(services.redis, data.email.strip().lower())
    merchant = await _proved(services, data)
    agent = request.headers.get("user-agent", "")
    async with services.db.platform() as tx:
        session = await sessions.open_session(tx, merchant.id, f"API: {agent}")
    return _pair(services, session)


async def _proved(services: RestServices, data: Credentials) -> Merchant:
    """Raises: WrongCredentials."""
    async with services.db.platform() as tx:
        found = await accounts.by_email(tx, data.email)
    merchant, verdict = await accounts.prove(found, data.password)
    if verdict is Verdict.RIGHT_BUT_OLD:
        renewed = await hash_password(data.password)
        async with services.db.platform() as tx:
            await accounts.renew_hash(tx, merchant.id, merchant.password_hash, renewed)
    return merchant


@post("/auth/refresh", status_code=200)
async def refresh_token(data: JSONBody[Refresh], services: ServicesHere) -> TokenPair:
    """The next pair. A refresh token that was used before ends its session."""
    async with services.db.platform() as tx:
        session = await sessions.rotate(tx, data.refresh_token, services.rotation_key)
    if session is None:
        raise SessionEnded
    return _pair(services, session)


@post("/auth/sign-out", status_code=204)
async def sign_out(caller: CallerHere, services: ServicesHere) -> None:
    """Ends the session: neither of its tokens opens anything any more."""
    async with services.db.platform() as tx:
        await sessions.revoke(tx, caller.merchant_id, caller.session_id)


def _pair(services: RestServices, session: OpenSession) -> TokenPair:
    return TokenPair(
        services.access_tokens.issue(session, utc_now()),
        session.refresh_token,
        int(access.LIFE.total_seconds()),
    )


OPEN = [sign_in, refresh_token]
SIGNED_IN = [sign_out]
