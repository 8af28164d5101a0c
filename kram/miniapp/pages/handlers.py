"""One function for every page of a shop."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.types import ASGIApp

from kram.kit.i18n import Translator
from kram.kit.pagination import BadCursor, Page
from kram.miniapp.errors import PageMissing
from kram.miniapp.pages.choices import delivery_choices, payment_choices, phone_begins
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.goods import chips, list_view, product_view
from kram.miniapp.pages.studio import AnyRequest, Studio
from kram.miniapp.requests import page_query
from kram.shop.catalog.storefront import CategoryCard, ProductCard

StudioHere = NamedDependency[SkipValidation[Studio]]


@get("/", include_in_schema=False)
async def goods_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    frame = await studio.frame(request, slug, "/")
    return await _goods(studio, frame, request, None)


@get("/c/{category:str}", include_in_schema=False)
async def category_page(
    request: AnyRequest, slug: FromPath[str], category: FromPath[str], studio: StudioHere
) -> ASGIApp:
    frame = await studio.frame(request, slug, f"/c/{category}")
    return await _goods(studio, frame, request, category)


@get("/p/{product:str}", include_in_schema=False)
async def product_page(
    request: AnyRequest, slug: FromPath[str], product: FromPath[str], studio: StudioHere
) -> ASGIApp:
    frame = await studio.frame(request, slug, f"/p/{product}")
    found = await studio.reader.product(frame.shop.tenant, product)
    if found is None:
        raise PageMissing
    view = product_view(frame, studio.pictures, found)
    return studio.goods_answer("product", frame, product=view)


@get("/cart", include_in_schema=False)
async def cart_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    return studio.goods_answer("cart", await studio.frame(request, slug, "/cart"))


@get("/checkout", include_in_schema=False)
async def checkout_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    frame = await studio.frame(request, slug, "/checkout")
    words = Translator(frame.language)
    return studio.goods_answer(
        "checkout",
        frame,
        deliveries=delivery_choices(frame, words),
        payments=payment_choices(frame, words),
        phone_begins=phone_begins(frame),
    )


@get("/orders", include_in_schema=False)
async def orders_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    return studio.answer("orders", await studio.frame(request, slug, "/orders"))


@get("/profile", include_in_schema=False)
async def profile_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    return studio.answer("profile", await studio.frame(request, slug, "/profile"))


@get("/favourites", include_in_schema=False)
async def favourites_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    return studio.goods_answer("favourites", await studio.frame(request, slug, "/favourites"))


@get("/orders/{code:str}", include_in_schema=False)
async def order_page(
    request: AnyRequest, slug: FromPath[str], code: FromPath[str], studio: StudioHere
) -> ASGIApp:
    """The same for every code: what is in the order comes as JSON to whom it belongs."""
    return studio.answer("order", await studio.frame(request, slug, "/orders"))


async def _goods(
    studio: Studio, frame: Frame, request: AnyRequest, category_slug: str | None
) -> ASGIApp:
    categories = await studio.reader.categories(frame.shop.tenant)
    shown = _category(categories, category_slug)
    found = await _listed(studio, frame, request, category_slug)
    return studio.goods_answer(
        "list",
        frame,
        list=list_view(frame, studio.pictures, shown.name if shown else "", found),
        chips=chips(frame, categories, shown),
    )


def _category(categories: list[CategoryCard], slug: str | None) -> CategoryCard | None:
    """Raises PageMissing for a slug that no category has."""
    if slug is None:
        return None
    for card in categories:
        if card.slug == slug:
            return card
    raise PageMissing


async def _listed(
    studio: Studio, frame: Frame, request: AnyRequest, category_slug: str | None
) -> Page[ProductCard]:
    """A cursor that cannot be read starts over: the visitor may have kept the link for years."""
    cursor = page_query(request.scope["query_string"]).cursor or None
    tenant, search = frame.shop.tenant, frame.search or None
    try:
        return await studio.reader.list_products(
            tenant, category_slug=category_slug, q=search, cursor=cursor
        )
    except BadCursor:
        return await studio.reader.list_products(tenant, category_slug=category_slug, q=search)
