"""From the cart to an order."""

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from kram.billing.checkout.requests import CheckoutRequest
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.miniapp.services import Services
from kram.shop.customers.service import remember_guest
from kram.shop.orders.queries import orders_page


class PlacedAnswer(msgspec.Struct, frozen=True):
    """`redirect_url` is where to pay; None when there is nothing to pay now."""

    order_code: str
    redirect_url: str | None


class ContactAnswer(msgspec.Struct, frozen=True):
    """What was asked for last time; empty for who never ordered."""

    recipient: str = ""
    phone: str = ""
    address: str = ""
    delivery: str = ""
    payment: str = ""


@get("/contact")
async def last_contact(shopper: ShopperHere, services: ServicesHere) -> Response[ContactAnswer]:
    return Response(await _last(shopper, services), headers={"cache-control": "no-store"})


@post("/checkout", status_code=200)
async def place_order(
    request: AnyRequest,
    data: JSONBody[CheckoutRequest],
    shopper: ShopperHere,
    services: ServicesHere,
) -> PlacedAnswer:
    """Repeated with the same Idempotency-Key it gives the same answer. Raises as Checkout.place."""
    if shopper.is_guest:
        await _remember(shopper, data, services)
    key = request.headers.get("idempotency-key", "")
    answer = await services.checkout.place(
        shopper.shop, shopper.customer_id, key, data, shopper.channel
    )
    return PlacedAnswer(answer.placed.order_code, answer.redirect_url)


async def _remember(shopper: Shopper, data: CheckoutRequest, services: Services) -> None:
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await remember_guest(tx, shopper.customer_id, name=data.recipient, language=data.language)


async def _last(shopper: Shopper, services: Services) -> ContactAnswer:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        found = await orders_page(tx, customer_id=shopper.customer_id, limit=1)
    if not found.items:
        return ContactAnswer()
    [order] = found.items
    return ContactAnswer(
        recipient=order.recipient,
        phone=order.phone,
        address=order.address,
        delivery=order.delivery_method,
        payment=order.payment_method,
    )
