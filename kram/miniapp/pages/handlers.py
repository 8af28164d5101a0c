"""One function for every page of a shop."""

from typing import Literal, TypedDict

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response.redirect import ASGIRedirectResponse
from litestar.types import ASGIApp

from kram.kit.i18n import Translator
from kram.kit.pagination import BadCursor, Page
from kram.miniapp.errors import PageMissing
from kram.miniapp.pages.choices import delivery_choices, payment_choices, phone_begins
from kram.miniapp.pages.configurator import configurator_view, without_layers
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.listing import ChipView, chips, cover_of, list_view
from kram.miniapp.pages.narrowing import narrowing_view, read_filters
from kram.miniapp.pages.product import product_view
from kram.miniapp.pages.studio import AnyRequest, Studio
from kram.miniapp.requests import page_query
from kram.shop.catalog.attributes.filters import Filters
from kram.shop.catalog.storefront import ProductCard
from kram.shop.orders.wording import CANCEL_REASONS
from kram.shop.returns.wording import RETURN_REASONS


class Listing(TypedDict):
    category_slug: str | None
    q: str | None
    language: str
    filters: Filters


StudioHere = NamedDependency[SkipValidation[Studio]]


@get("/", include_in_schema=False)
async def goods_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    frame = await studio.frame(request, slug, "/")
    return await _goods(studio, frame, request, None)


@get("/{_lost:path}", include_in_schema=False)
async def lost_page() -> None:
    """What no other page of the shop answers. Raises: PageMissing."""
    raise PageMissing


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
    found = await studio.reader.product(frame.shop.tenant, product, frame.language)
    if found is None:
        return await _moved(studio, frame, "product", "/p", product)
    made = await studio.designs.of(frame.shop.tenant, found.id) if found.is_configurable else None
    if made is None:
        view = product_view(frame, studio.pictures, found)
        return studio.goods_answer("product", frame, product=view, configurator=None)
    return studio.goods_answer(
        "product",
        frame,
        product=product_view(frame, studio.pictures, without_layers(found, made)),
        configurator=configurator_view(frame, studio.pictures, made),
    )


@get("/s/{collection:str}", include_in_schema=False)
async def collection_page(
    request: AnyRequest, slug: FromPath[str], collection: FromPath[str], studio: StudioHere
) -> ASGIApp:
    frame = await studio.frame(request, slug, f"/s/{collection}")
    tenant, language = frame.shop.tenant, frame.language
    cursor = page_query(request.scope["query_string"]).cursor or None
    try:
        found = await studio.reader.collection(tenant, collection, cursor=cursor, language=language)
    except BadCursor:
        found = await studio.reader.collection(tenant, collection, language=language)
    if found is None:
        return await _moved(studio, frame, "collection", "/s", collection)
    return studio.goods_answer(
        "list",
        frame,
        list=list_view(frame, studio.pictures, found.title, found.goods),
        chips=await _shelves(studio, frame, found.slug),
        narrowing=None,
        story=found.description,
        cover=None,
    )


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


@get("/invite", include_in_schema=False)
async def invite_page(request: AnyRequest, slug: FromPath[str], studio: StudioHere) -> ASGIApp:
    return studio.goods_answer("invite", await studio.frame(request, slug, "/invite"))


@get("/orders/{code:str}", include_in_schema=False)
async def order_page(
    request: AnyRequest, slug: FromPath[str], code: FromPath[str], studio: StudioHere
) -> ASGIApp:
    """The same for every code: what is in the order comes as JSON to whom it belongs."""
    frame = await studio.frame(request, slug, "/orders")
    words = Translator(frame.language)
    return studio.answer(
        "order",
        frame,
        return_reasons=[(value, words.gettext(text)) for value, text in RETURN_REASONS.items()],
        cancel_reasons=[(value, words.gettext(text)) for value, text in CANCEL_REASONS.items()],
    )


async def _goods(
    studio: Studio, frame: Frame, request: AnyRequest, category_slug: str | None
) -> ASGIApp:
    tenant, language = frame.shop.tenant, frame.language
    categories = await studio.reader.categories(tenant, language)
    shown = next((card for card in categories if card.slug == category_slug), None)
    if category_slug is not None and shown is None:
        return await _moved(studio, frame, "category", "/c", category_slug)
    pairs = page_query(request.scope["query_string"]).filters
    found = await _listed(studio, frame, request, category_slug)
    cards = await studio.reader.filters(tenant, language)
    shelves = [] if shown else await _shelves(studio, frame, "")
    return studio.goods_answer(
        "list",
        frame,
        list=list_view(frame, studio.pictures, shown.name if shown else "", found, pairs),
        chips=[*chips(frame, categories, shown), *shelves],
        narrowing=narrowing_view(frame, cards, pairs) if cards or pairs else None,
        story=shown.description if shown else "",
        cover=cover_of(studio.pictures, shown) if shown else None,
    )


async def _shelves(studio: Studio, frame: Frame, shown: str) -> list[ChipView]:
    links = await studio.reader.collections(frame.shop.tenant, frame.language)
    return [ChipView(link.title, frame.to(f"/s/{link.slug}"), link.slug == shown) for link in links]


async def _moved(
    studio: Studio,
    frame: Frame,
    kind: Literal["product", "category", "collection"],
    below: str,
    slug: str,
) -> ASGIApp:
    """To where it is now, for good. Raises: PageMissing."""
    now = await studio.reader.moved(frame.shop.tenant, kind, slug)
    if now is None:
        raise PageMissing
    return ASGIRedirectResponse(path=frame.to(f"{below}/{now}"), status_code=301)


async def _listed(
    studio: Studio, frame: Frame, request: AnyRequest, category_slug: str | None
) -> Page[ProductCard]:
    """A cursor that cannot be read starts over: the visitor may have kept the link for years."""
    asked = page_query(request.scope["query_string"])
    narrowed: Listing = {
        "category_slug": category_slug,
        "q": frame.search or None,
        "language": frame.language,
        "filters": read_filters(asked.filters, frame.shop.currency),
    }
    tenant, cursor = frame.shop.tenant, asked.cursor or None
    try:
        return await studio.reader.list_products(tenant, cursor=cursor, **narrowed)
    except BadCursor:
        return await studio.reader.list_products(tenant, **narrowed)
