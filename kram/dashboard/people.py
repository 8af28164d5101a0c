"""Who is signed in, and at which shop's desk they sit."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from kram.dashboard.door import DoorHere
from kram.dashboard.signin.visitor import PATH, visitor_of
from kram.kit.db.scope import Tenant
from kram.tenants import accounts, shops
from kram.tenants.accounts import check_language
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.errors import SessionEnded, ShopNotFound
from kram.tenants.models import Merchant
from kram.tenants.permissions import Permission, allows, require
from kram.tenants.shops import ShopAccess

_PERMISSION = "permission"
_PUBLIC = "public"
PUBLIC = {_PUBLIC: True}
"""`opt` of a page that is shown before sign-in."""


def needs(permission: Permission) -> dict[str, Any]:
    """`opt` of a page at a shop's desk; one without it is a bug and fails."""
    return {_PERMISSION: permission}


def is_public(request: Request[Any, Any, Any]) -> bool:
    return bool(request.route_handler.opt.get(_PUBLIC))


class Person:
    """A signed-in merchant and the shops they work in."""

    def __init__(self, merchant: Merchant, session_id: UUID, shops: list[ShopAccess]) -> None:
        self.merchant = merchant
        self.session_id = session_id
        self.shops = shops

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MERCHANT, str(self.merchant.id), self.merchant.name)


class Desk:
    """One shop, seen with one person's rights."""

    def __init__(self, person: Person, access: ShopAccess) -> None:
        self.person = person
        self.shop = access.shop
        self.role = access.role

    @property
    def tenant(self) -> Tenant:
        return self.shop.tenant

    @property
    def actor(self) -> Actor:
        return self.person.actor

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.shop.timezone)

    def can(self, permission: str) -> bool:
        return allows(self.role, Permission(permission))

    def path(self, *parts: object) -> str:
        return "/".join([PATH, self.shop.slug, *map(str, parts)])


PersonHere = NamedDependency[SkipValidation[Person]]
DeskHere = NamedDependency[SkipValidation[Desk]]


async def provide_person(request: Request[Any, Any, Any], door: DoorHere) -> Person:
    """Raises: SessionEnded."""
    visitor = visitor_of(request)
    if visitor.access is None:
        raise SessionEnded
    merchant_id = visitor.access.merchant_id
    async with door.services.db.platform() as tx:
        merchant = await accounts.merchant(tx, merchant_id)
        person = Person(merchant, visitor.access.session_id, await shops.shops_of(tx, merchant_id))
    visitor.language = check_language(merchant.language)
    return person


async def provide_desk(
    request: Request[Any, Any, Any], person: PersonHere, shop_slug: FromPath[str]
) -> Desk:
    """Raises: ShopNotFound (also for a shop of other people), NotAllowed."""
    for access in person.shops:
        if access.shop.slug == shop_slug:
            require(access.role, request.route_handler.opt[_PERMISSION])
            return Desk(person, access)
    raise ShopNotFound
