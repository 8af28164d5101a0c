"""Who asks: a merchant by a bearer token, and the shop in which they may do it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from kram.api.rest.inputs import ShopSlug
from kram.api.rest.services import ServicesHere
from kram.kit.clock import utc_now
from kram.kit.db.scope import Tenant
from kram.tenants import accounts, queries, shops
from kram.tenants.actor import Actor, ActorKind
from kram.tenants.errors import SessionEnded, ShopNotFound, SlugRefused, SlugReserved
from kram.tenants.models import Role, Shop
from kram.tenants.permissions import Permission, require
from kram.tenants.slugs import check_slug

AnyRequest = Request[Any, Any, Any]
_PERMISSION = "permission"


def needs(permission: Permission) -> dict[str, Any]:
    """`opt` of a handler inside a shop; one without it is a bug and fails."""
    return {_PERMISSION: permission}


@dataclass(frozen=True, slots=True)
class Caller:
    merchant_id: UUID
    session_id: UUID
    name: str

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MERCHANT, str(self.merchant_id), self.name)


@dataclass(frozen=True, slots=True)
class Desk:
    """One shop with one caller's rights."""

    caller: Caller
    shop: Shop
    role: Role

    @property
    def tenant(self) -> Tenant:
        return self.shop.tenant

    @property
    def actor(self) -> Actor:
        return self.caller.actor


CallerHere = NamedDependency[SkipValidation[Caller]]
DeskHere = NamedDependency[SkipValidation[Desk]]


async def provide_caller(request: AnyRequest, services: ServicesHere) -> Caller:
    """Raises: SessionEnded."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    access = services.access_tokens.read(token.strip(), utc_now())
    if scheme.lower() != "bearer" or access is None:
        raise SessionEnded
    async with services.db.platform() as tx:
        if not await queries.is_session_live(tx, access.session_id):
            raise SessionEnded
        merchant = await accounts.merchant(tx, access.merchant_id)
    return Caller(merchant.id, access.session_id, merchant.name)


async def provide_desk(
    request: AnyRequest,
    services: ServicesHere,
    caller: CallerHere,
    shop_slug: ShopSlug,
) -> Desk:
    """Raises: ShopNotFound (also for a shop of other people), NotAllowed."""
    try:
        slug = check_slug(shop_slug)
    except (SlugRefused, SlugReserved) as error:
        raise ShopNotFound from error
    async with services.db.platform() as tx:
        access = await shops.membership(tx, caller.merchant_id, slug)
    require(access.role, request.route_handler.opt[_PERMISSION])
    return Desk(caller, access.shop, access.role)
