"""Who asks. Everything after this knows a shopper, and only of this shop."""

from dataclasses import dataclass
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from kram.kit.i18n import Translator
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api import guests
from kram.miniapp.api.failures import words_of
from kram.miniapp.api.tokens import customer_of
from kram.miniapp.errors import ForeignRequest, SessionNeeded
from kram.miniapp.services import Services
from kram.shop.customers.errors import ProfileErased
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.errors import ShopNotFound
from kram.tenants.registry import ShopCard

_SAFE = frozenset({"GET", "HEAD"})
_OWN = frozenset({"", "same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Shopper:
    """`words` speak the language of the request. A guest has a row only once they ordered."""

    shop: ShopCard
    customer_id: UUID
    is_guest: bool
    words: Translator

    @property
    def channel(self) -> str:
        """Where they shop, as promotions name it."""
        return "web" if self.is_guest else "telegram"

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SHOPPER, str(self.customer_id), "")


ServicesHere = NamedDependency[SkipValidation[Services]]
ShopHere = NamedDependency[SkipValidation[ShopCard]]
ShopperHere = NamedDependency[SkipValidation[Shopper]]


async def provide_shop(slug: FromPath[str], services: ServicesHere) -> ShopCard:
    """Raises: ShopNotFound."""
    edition = await services.versions.current(slug)
    if edition is None:
        raise ShopNotFound
    return edition.shop


async def provide_shopper(request: AnyRequest, shop: ShopHere, services: ServicesHere) -> Shopper:
    """Raises: TokenRefused, SessionNeeded, ForeignRequest."""
    words = words_of(request, shop.language)
    now = services.clock()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        customer_id = customer_of(services.tokens, shop, token.strip(), now)
        return Shopper(shop, await _living(services, shop, customer_id), False, words)
    cookie = request.cookies.get(guests.COOKIE, "")
    guest_id = guests.guest_of(services.tokens, shop, cookie, now)
    if guest_id is None:
        raise SessionNeeded
    _check_origin(request)
    return Shopper(shop, await _living(services, shop, guest_id), True, words)


async def _living(services: Services, shop: ShopCard, customer_id: UUID) -> UUID:
    """Whoever was erased signs in as somebody new. Raises: SessionNeeded."""
    try:
        return await services.profiles.of(services.db, shop.tenant, customer_id)
    except ProfileErased as erased:
        raise SessionNeeded from erased


def _check_origin(request: AnyRequest) -> None:
    """A cookie comes along whoever sends the request; browsers say who did (Fetch Metadata)."""
    if request.method not in _SAFE and request.headers.get("sec-fetch-site", "") not in _OWN:
        raise ForeignRequest
