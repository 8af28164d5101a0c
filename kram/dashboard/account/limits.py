"""How often one may try; generous for a person, useless for a machine."""

from uuid import UUID

from kram.dashboard.pages.view import View
from kram.kit.ratelimit import TokenBucket
from kram.kit.web.client import client_of

_BY_EMAIL = TokenBucket("sign-in email", capacity=8, per_seconds=900)
_BY_ADDRESS = TokenBucket("sign-in address", capacity=40, per_seconds=900)
_SIGN_UPS = TokenBucket("sign-up address", capacity=10, per_seconds=3600)
_OPENINGS = TokenBucket("shop openings", capacity=5, per_seconds=3600)
_TOKENS = TokenBucket("bot tokens", capacity=10, per_seconds=600)


async def limit_sign_in(view: View, email: str) -> None:
    """Counted before the password is looked at. Raises: TooManyRequests."""
    await _BY_ADDRESS.take(view.services.redis, client_of(view.request))
    await _BY_EMAIL.take(view.services.redis, email.strip().lower())


async def forgive_sign_in(view: View, email: str) -> None:
    """The right password was no guess. The address' own limit stays: who knows one password could
    otherwise guess others without end."""
    await _BY_EMAIL.try_take(view.services.redis, email.strip().lower(), cost=-1)


async def limit_sign_up(view: View) -> None:
    """Raises: TooManyRequests."""
    await _SIGN_UPS.take(view.services.redis, client_of(view.request))


async def limit_openings(view: View, merchant_id: UUID) -> None:
    """Raises: TooManyRequests."""
    await _OPENINGS.take(view.services.redis, str(merchant_id))


async def limit_tokens(view: View, merchant_id: UUID) -> None:
    """Raises: TooManyRequests."""
    await _TOKENS.take(view.services.redis, str(merchant_id))
