"""Where an order is, for whoever has its signed link: no sign-in, and nothing personal.

Shown are a first name, goods, steps and parcels; never an address, a phone or a surname. The page
is kept by nobody and found by no search engine.
"""

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ASGIApp

from kram.billing.payments.queries import payments_of
from kram.billing.payments.service import awaits_payment
from kram.kit.i18n import Translator
from kram.kit.money import Money
from kram.miniapp.api.order_news import news_of
from kram.miniapp.api.order_steps import steps_of
from kram.miniapp.api.shopper import ServicesHere
from kram.miniapp.errors import PageMissing
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.handlers import StudioHere
from kram.miniapp.pages.studio import AnyRequest
from kram.miniapp.services import Services
from kram.shop.orders.models import Fulfilment, Order, ParcelState
from kram.shop.orders.queries import order_by_code
from kram.tenants.registry import ShopCard


@get("/track/{token:str}", include_in_schema=False)
async def track_page(
    request: AnyRequest,
    slug: FromPath[str],
    token: FromPath[str],
    studio: StudioHere,
    services: ServicesHere,
) -> ASGIApp:
    frame = await studio.frame(request, slug, f"/track/{token}")
    words = Translator(frame.language)
    async with services.db.tenant_read(frame.shop.tenant) as tx:
        order = await order_by_code(tx, _code(services, frame.shop, token))
        payments = [] if order is None else await payments_of(tx, order.id)
    if order is None:
        raise PageMissing
    return studio.private_answer(
        "track",
        frame,
        order_name=order.number or order.code,
        first_name=(order.recipient.split() or [""])[0],
        news=news_of(order, payments, words),
        steps=steps_of(order, frame.shop.timezone, words),
        goods=[(line.shown_title, line.shown_variant_title, line.quantity) for line in order.lines],
        total=_written(order, order.total_minor, frame),
        parcels=[each for each in order.parcels if _is_on_its_way(each)],
        can_pay=awaits_payment(order),
        pay_path=frame.to(f"/track/{token}/pay"),
    )


@get("/track/{token:str}/pay", include_in_schema=False)
async def track_pay(
    request: AnyRequest,
    slug: FromPath[str],
    token: FromPath[str],
    studio: StudioHere,
    services: ServicesHere,
) -> Response[str]:
    """To the provider's page; a link, since a form may lead to no other site. Repeated, it leads
    to the same payment as long as that is open."""
    frame = await studio.frame(request, slug, f"/track/{token}")
    async with services.db.tenant_read(frame.shop.tenant) as tx:
        order = await order_by_code(tx, _code(services, frame.shop, token))
    if order is None:
        raise PageMissing
    if not awaits_payment(order):
        return _go(frame.to(f"/track/{token}"))
    payment = await services.checkout.pay_again(frame.shop, order.id, order.payment_method)
    return _go(payment.redirect_url or frame.to(f"/track/{token}"))


def _go(address: str) -> Response[str]:
    return Response("", status_code=303, headers={"location": address, "cache-control": "no-store"})


def _code(services: Services, shop: ShopCard, token: str) -> str:
    """Raises: PageMissing."""
    code = services.track.read(shop.tenant.id, token)
    if code is None:
        raise PageMissing
    return code


def _is_on_its_way(parcel: Fulfilment) -> bool:
    return parcel.state in (ParcelState.SHIPPED, ParcelState.DELIVERED)


def _written(order: Order, minor: int, frame: Frame) -> str:
    return frame.price(Money(minor, order.currency))
