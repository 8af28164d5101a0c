"""How often one address may ask one shop for a session.

A mobile carrier shows many shoppers behind one address: the first limit is a crowd's, and a wrong
try of one never shuts out a right one of another.
"""

from kram.kit.ratelimit import TokenBucket
from kram.kit.web.client import client_of
from kram.kit.web.problems import AnyRequest
from kram.miniapp.services import Services
from kram.tenants.registry import ShopCard

_SESSIONS = TokenBucket("storefront sessions", capacity=120, per_seconds=60)
_REFUSALS = TokenBucket("storefront refusals", capacity=20, per_seconds=300)


async def limit_sessions(request: AnyRequest, shop: ShopCard, services: Services) -> None:
    """Counted before anything is verified or written. Raises: TooManyRequests."""
    await _SESSIONS.take(services.redis, _key(request, shop))


async def limit_refusals(request: AnyRequest, shop: ShopCard, services: Services) -> None:
    """Launch data that was refused: from a person once or twice. Raises: TooManyRequests."""
    await _REFUSALS.take(services.redis, _key(request, shop))


def _key(request: AnyRequest, shop: ShopCard) -> str:
    return f"{shop.tenant.id} {client_of(request)}"
