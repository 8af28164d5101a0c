"""The caller's shops."""

from litestar import get, post
from litestar.params import JSONBody

from kram.api.rest.caller import Caller, CallerHere, DeskHere, needs
from kram.api.rest.inputs import Input
from kram.api.rest.services import RestServices, ServicesHere
from kram.api.rest.views.shops import ShopView
from kram.tenants import shops
from kram.tenants.errors import NoSpareSchema
from kram.tenants.models import Shop
from kram.tenants.permissions import Permission


class NewShop(Input, frozen=True):
    """Without `slug` one is made of the name; with it a repeated request is a conflict."""

    name: str
    currency: str
    language: str = "uk"
    slug: str | None = None


@get("/shops")
async def list_shops(caller: CallerHere, services: ServicesHere) -> list[ShopView]:
    """Those that you work in, the oldest first."""
    async with services.db.platform() as tx:
        found = await shops.shops_of(tx, caller.merchant_id)
    return [ShopView.of(access.shop, access.role) for access in found]


@post("/shops")
async def create_shop(
    data: JSONBody[NewShop],
    caller: CallerHere,
    services: ServicesHere,
) -> ShopView:
    """Opens a shop that you own. Its currency stays for ever."""
    try:
        shop = await _create(services, caller, data)
    except NoSpareSchema:
        await services.refill_spares()
        shop = await _create(services, caller, data)
    services.registry.forget(shop.id)
    return ShopView.of(shop)


async def _create(services: RestServices, caller: Caller, data: NewShop) -> Shop:
    async with services.db.platform() as tx:
        return await shops.create_shop(
            tx, caller.merchant_id, data.name, data.slug, data.currency, data.language
        )


@get("/", opt=needs(Permission.CATALOG_VIEW))
async def show_shop(desk: DeskHere) -> ShopView:
    return ShopView.of(desk.shop, desk.role)


ALL = [list_shops, create_shop]
ONE = [show_shop]
