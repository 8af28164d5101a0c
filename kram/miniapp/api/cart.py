"""The shopper's cart."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from kram.billing.checkout.errors import ShopPaused
from kram.miniapp.api.cart_answer import CartAnswer, cart_answer
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.miniapp.pages.pictures import Pictures
from kram.miniapp.services import Services
from kram.shop.cart.store import MOST_UNITS, Cart
from kram.shop.cart.view import CartView, view
from kram.shop.catalog.queries import offers
from kram.shop.orders.errors import GoodsGone
from kram.tenants.models import ShopStatus

PicturesHere = NamedDependency[SkipValidation[Pictures]]


class LineRequest(msgspec.Struct, frozen=True):
    """0 takes the line out."""

    quantity: Annotated[int, msgspec.Meta(ge=0, le=MOST_UNITS)]


@get("/cart")
async def read_cart(
    shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> CartAnswer:
    return cart_answer(await _viewed(shopper, services), pictures, shopper.words)


@put("/cart/lines/{variant_id:uuid}")
async def put_line(
    variant_id: FromPath[UUID],
    data: JSONBody[LineRequest],
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> CartAnswer:
    """Raises: ShopPaused, GoodsGone, CartFull."""
    if shopper.shop.status is not ShopStatus.OPEN:
        raise ShopPaused
    if data.quantity == 0:
        tenant_id = shopper.shop.tenant.id
        await services.carts.remove(tenant_id, shopper.customer_id, variant_id)
    else:
        await _set_line(shopper, services, variant_id, data.quantity)
    return cart_answer(await _viewed(shopper, services), pictures, shopper.words)


@post("/cart/settle", status_code=200)
async def settle_cart(
    shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> CartAnswer:
    """The shopper has seen what changed: from now on that is what they want."""
    seen = await _viewed(shopper, services)
    if not seen.unchanged:
        tenant_id = shopper.shop.tenant.id
        await services.carts.settle(tenant_id, shopper.customer_id, seen.settled)
        seen = await _viewed(shopper, services)
    return cart_answer(seen, pictures, shopper.words)


@delete("/cart", status_code=200)
async def clear_cart(
    shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> CartAnswer:
    await services.carts.clear(shopper.shop.tenant.id, shopper.customer_id)
    return cart_answer(await _viewed(shopper, services), pictures, shopper.words)


async def _set_line(shopper: Shopper, services: Services, variant_id: UUID, quantity: int) -> None:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        found = await offers(tx, {variant_id: max(1, quantity)})
    if variant_id not in found:
        raise GoodsGone(variant_ids=[variant_id])
    offer, tenant_id = found[variant_id], shopper.shop.tenant.id
    await services.carts.put_line(tenant_id, shopper.customer_id, offer, quantity)


async def _viewed(shopper: Shopper, services: Services) -> CartView:
    shop = shopper.shop
    cart: Cart = await services.carts.get(shop.tenant.id, shopper.customer_id)
    async with services.db.tenant_read(shop.tenant) as tx:
        return await view(tx, cart, shop.currency)
