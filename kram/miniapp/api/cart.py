"""The shopper's cart."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from kram.billing.checkout.errors import ShopPaused
from kram.kit.clock import utc_now
from kram.kit.db.tx import TenantRead
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.miniapp.api.cart_answer import CartAnswer, cart_answer
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.miniapp.api.totals import totals
from kram.miniapp.pages.pictures import Pictures
from kram.miniapp.services import Services
from kram.shop.cart.store import KEPT_FOR, MOST_UNITS, Cart
from kram.shop.cart.view import CartView, view
from kram.shop.configurator.lines import LineKey
from kram.shop.orders.goods import sold_whole
from kram.shop.orders.models import DeliveryMethod
from kram.tenants.models import ShopStatus

PicturesHere = NamedDependency[SkipValidation[Pictures]]


_FRESH = timedelta(minutes=1)
"""The network and a hasty finger: of such wishes the one that comes last is the later one."""


class LineRequest(msgspec.Struct, frozen=True):
    """0 takes the line out; `aside` keeps it for another time.

    `age_ms`: how long ago it was wanted, on a phone that was offline. What was wanted of the line
    meanwhile, on another device, stays.
    """

    quantity: Annotated[int, msgspec.Meta(ge=0, le=MOST_UNITS)]
    aside: bool = False
    age_ms: Annotated[int, msgspec.Meta(ge=0, le=int(KEPT_FOR.total_seconds() * 1000))] = 0

    @property
    def wanted_at(self) -> datetime | None:
        """None: just now."""
        age = timedelta(milliseconds=self.age_ms)
        return utc_now() - age if age > _FRESH else None


@get("/cart")
async def read_cart(
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
    delivery: FromQuery[DeliveryMethod | None] = None,
) -> CartAnswer:
    """With the price of that delivery, once the shopper has chosen one."""
    return await answered(shopper, services, pictures, delivery)


@put("/cart/lines/{line:str}")
async def put_line(
    line: FromPath[str],
    data: JSONBody[LineRequest],
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> CartAnswer:
    """`line` is a variant's id, or one and the code of a design: "{variant}.{design}".

    Raises: InvalidInput, ShopPaused, GoodsGone, DesignImpossible, CartFull.
    """
    key = _read(line)
    if shopper.shop.status is not ShopStatus.OPEN:
        raise ShopPaused
    if data.quantity == 0:
        tenant_id = shopper.shop.tenant.id
        await services.carts.remove(tenant_id, shopper.customer_id, key, data.wanted_at)
    else:
        await _set_line(shopper, services, key, data)
    return await answered(shopper, services, pictures)


@post("/cart/settle", status_code=200)
async def settle_cart(
    shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> CartAnswer:
    """The shopper has seen what changed: from now on that is what they want."""
    tenant, customer_id = shopper.shop.tenant, shopper.customer_id
    seen_at = utc_now()
    cart = await services.carts.get(tenant.id, customer_id)
    async with services.db.tenant_read(tenant) as tx:
        seen = await _seen(tx, cart, shopper)
    if not seen.unchanged:
        await services.carts.settle(tenant.id, customer_id, seen.settled, seen_at)
    return await answered(shopper, services, pictures)


@delete("/cart", status_code=200)
async def clear_cart(
    shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> CartAnswer:
    await services.carts.clear(shopper.shop.tenant.id, shopper.customer_id)
    return await answered(shopper, services, pictures)


async def _set_line(shopper: Shopper, services: Services, key: LineKey, data: LineRequest) -> None:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        found = await sold_whole(
            tx, {key: data.quantity}, shopper.customer_id, shopper.words.language
        )
    await services.carts.put_line(
        shopper.shop.tenant.id,
        shopper.customer_id,
        found[key],
        data.quantity,
        aside=data.aside,
        wanted_at=data.wanted_at,
    )


def _read(line: str) -> LineKey:
    try:
        return LineKey.read(line)
    except ValueError:
        detail = gettext_noop("Name the line by a variant and a design")
        raise InvalidInput(errors=[FieldError("path/line", "line_unknown", detail)]) from None


async def answered(
    shopper: Shopper,
    services: Services,
    pictures: Pictures,
    delivery: DeliveryMethod | None = None,
) -> CartAnswer:
    """The cart as it is now, with what it costs."""
    shop = shopper.shop
    cart: Cart = await services.carts.get(shop.tenant.id, shopper.customer_id)
    extras = await services.carts.extras(shop.tenant.id, shopper.customer_id)
    async with services.db.tenant_read(shop.tenant) as tx:
        seen = await _seen(tx, cart, shopper)
        price = await totals(tx, shopper, seen, extras, delivery)
    return cart_answer(seen, price, pictures, shopper.words)


async def _seen(tx: TenantRead, cart: Cart, shopper: Shopper) -> CartView:
    """In the shopper's language, at their own prices."""
    language = shopper.words.language
    return await view(tx, cart, shopper.shop.currency, shopper.customer_id, language)
