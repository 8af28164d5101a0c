"""The catalogue's cards as a template shows them."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
from babel.dates import format_date
from markupsafe import Markup

from kram.kit.i18n import translations
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.kit.pagination import Page
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.shop.catalog.storefront import (
    CategoryCard,
    OptionCard,
    ProductCard,
    ProductPage,
    Property,
    VariantCard,
)


class CardView(msgspec.Struct, frozen=True):
    """`variant_id` is what one tap adds; empty when there is something to choose."""

    title: str
    address: str
    price: str
    price_minor: int
    has_dearer: bool
    in_stock: bool
    variant_id: str
    picture: PictureView
    is_reduced: bool = False


class ListView(msgspec.Struct, frozen=True):
    """`title` is the category's name, empty on the shop's own page."""

    title: str
    address: str
    cards: list[CardView]
    more_address: str


class ChipView(msgspec.Struct, frozen=True):
    name: str
    address: str
    is_shown: bool


class VariantView(msgspec.Struct, frozen=True):
    id: str
    title: str
    price: str
    price_minor: int
    in_stock: bool
    is_first: bool
    stock: str
    stock_state: str


class VariantFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """For the script: a variant by its id or the values chosen. Prices are minor units."""

    id: str
    minor: int
    stock: str
    state: str
    here: bool = False
    values: tuple[int, ...] = ()
    picture: int | None = None
    regular: int | None = None
    lowest: int | None = None
    compare: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()


class TierView(msgspec.Struct, frozen=True):
    quantity: int
    price: str


class ValueView(msgspec.Struct, frozen=True):
    id: int
    name: str
    colour: str
    is_chosen: bool


class PickerView(msgspec.Struct, frozen=True):
    name: str
    values: list[ValueView]


class VideoView(msgspec.Struct, frozen=True):
    """`frame` is an address to be embedded; empty for a host that we do not know."""

    address: str
    frame: str


class ProductView(msgspec.Struct, frozen=True):
    id: str
    slug: str
    title: str
    description: str
    category_name: str
    category_address: str
    price: str
    stock: str
    stock_state: str
    variants: list[VariantView]
    pictures: list[PictureView]
    regular: str
    lowest: str
    compare_at: str
    tiers: list[TierView]
    pickers: list[PickerView]
    properties: list[Property]
    related: list[CardView]
    video: VideoView | None
    is_returnable: bool
    facts: Markup


def list_view(
    frame: Frame,
    pictures: Pictures,
    title: str,
    found: Page[ProductCard],
    filters: Sequence[tuple[str, str]] = (),
) -> ListView:
    more = {"q": frame.search, "cursor": found.next_cursor or ""}
    return ListView(
        title=title,
        address=frame.to(frame.path),
        cards=[_card(frame, pictures, card) for card in found.items],
        more_address=frame.to(frame.path, also=filters, **more) if found.next_cursor else "",
    )


def cover_of(pictures: Pictures, shown: CategoryCard) -> PictureView | None:
    """The category's own picture; it is not drawn for one that has none."""
    return pictures.of(shown.picture_key, shown.name) if shown.picture_key else None


def chips(
    frame: Frame, categories: Sequence[CategoryCard], shown: CategoryCard | None
) -> list[ChipView]:
    """The way to the shown category and its children; at the top, the roots. None for few goods."""
    parent_id = shown.id if shown else None
    offered = [card for card in categories if card.parent_id == parent_id and card.products]
    if shown and not offered:
        offered = [
            card for card in categories if card.parent_id == shown.parent_id and card.products
        ]
    path = _path(categories, shown)
    listed = [*path, *(card for card in offered if card not in path)]
    return [ChipView(card.name, frame.to(f"/c/{card.slug}"), card == shown) for card in listed]


def product_view(frame: Frame, pictures: Pictures, product: ProductPage) -> ProductView:
    first = _first_to_buy(product)
    chosen = product.variants[first]
    shown = [
        pictures.of(each.key, product.title, each.alt, has_avif=each.has_avif)
        for each in product.pictures
    ]
    return ProductView(
        id=str(product.id),
        slug=product.slug,
        title=product.title,
        description=product.description,
        category_name=product.category.name if product.category else "",
        category_address=frame.to(f"/c/{product.category.slug}") if product.category else "",
        price=_written(chosen.price, frame),
        stock=_stock(chosen, frame),
        stock_state=_stock_state(chosen),
        variants=[
            VariantView(
                id=str(variant.id),
                title=variant.title,
                price=_written(variant.price, frame),
                price_minor=variant.price.minor,
                in_stock=variant.in_stock,
                is_first=index == first,
                stock=_stock(variant, frame),
                stock_state=_stock_state(variant),
            )
            for index, variant in enumerate(product.variants)
        ],
        pictures=shown or [pictures.of(None, product.title)],
        regular=_written_if(chosen.regular, frame),
        lowest=_written_if(chosen.lowest, frame),
        compare_at=_written_if(chosen.compare_at, frame),
        tiers=[TierView(tier.min_quantity, _written(tier.price, frame)) for tier in chosen.tiers],
        pickers=[_picker(option, chosen) for option in product.options],
        properties=list(product.properties),
        related=[_card(frame, pictures, card) for card in product.related],
        video=video_view(product.video_url),
        is_returnable=product.is_returnable,
        facts=_facts(product, frame),
    )


def _picker(option: OptionCard, chosen: VariantCard) -> PickerView:
    return PickerView(
        option.name,
        [
            ValueView(value.id, value.name, value.colour, value.id in chosen.values)
            for value in option.values
        ],
    )


def _facts(product: ProductPage, frame: Frame) -> Markup:
    """For a JSON block: "<" written so that no text can end the block."""
    facts = [
        VariantFacts(
            id=str(variant.id),
            minor=variant.price.minor,
            stock=_stock(variant, frame),
            state=_stock_state(variant),
            here=variant.in_stock,
            values=variant.values,
            picture=variant.picture,
            regular=variant.regular.minor if variant.regular else None,
            lowest=variant.lowest.minor if variant.lowest else None,
            compare=variant.compare_at.minor if variant.compare_at else None,
            tiers=tuple((tier.min_quantity, tier.price.minor) for tier in variant.tiers),
        )
        for variant in product.variants
    ]
    text = msgspec.json.encode(facts).decode().replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - made safe by the line above


def video_view(address: str) -> VideoView | None:
    """Known hosts are embedded by their own players; all others are a link."""
    if not address:
        return None
    parts = urlsplit(address)
    for hosts, path, player in _PLAYERS:
        found = path.fullmatch(f"{parts.path}?{parts.query}")
        if parts.hostname in hosts and found:
            return VideoView(address, player + found[1])
    return VideoView(address, "")


_PLAYERS = (
    (
        ("www.youtube.com", "youtube.com", "m.youtube.com"),
        re.compile(r"/(?:watch\?(?:.*&)?v=|shorts/|embed/)([A-Za-z0-9_-]{6,20})\b.*"),
        "https://www.youtube-nocookie.com/embed/",
    ),
    (
        ("youtu.be",),
        re.compile(r"/([A-Za-z0-9_-]{6,20})\?.*"),
        "https://www.youtube-nocookie.com/embed/",
    ),
    (
        ("vimeo.com", "www.vimeo.com"),
        re.compile(r"/([0-9]{6,12})\?.*"),
        "https://player.vimeo.com/video/",
    ),
)


def _card(frame: Frame, pictures: Pictures, card: ProductCard) -> CardView:
    picture = card.picture
    return CardView(
        title=card.title,
        address=frame.to(f"/p/{card.slug}"),
        price=_written(card.price_from, frame),
        price_minor=card.price_from.minor,
        has_dearer=card.price_to > card.price_from,
        in_stock=card.in_stock,
        variant_id=str(card.only_variant_id) if card.only_variant_id and card.in_stock else "",
        picture=pictures.of(
            picture.key if picture else None,
            card.title,
            picture.alt if picture else "",
            has_avif=bool(picture and picture.has_avif),
        ),
        is_reduced=card.reduced,
    )


def _first_to_buy(product: ProductPage) -> int:
    return next((n for n, variant in enumerate(product.variants) if variant.in_stock), 0)


def _path(categories: Sequence[CategoryCard], shown: CategoryCard | None) -> list[CategoryCard]:
    by_id = {card.id: card for card in categories}
    path: list[CategoryCard] = []
    while shown is not None and shown not in path:
        path.insert(0, shown)
        shown = by_id.get(shown.parent_id) if shown.parent_id else None
    return path


def _stock(variant: VariantCard, frame: Frame) -> str:
    """What a shopper is told: never that something is there which is still to come."""
    _ = translations(frame.language).gettext
    if not variant.in_stock:
        return _("Sold out")
    if not variant.kind.is_sent:
        return _("Digital: yours right after the payment")
    if not variant.to_order:
        return _("In stock")
    if variant.there_from is None:
        return _("To order")
    day = format_date(variant.there_from, "d MMMM y", locale=frame.language)
    return _("Pre-order: there from %(day)s") % {"day": day}


def _stock_state(variant: VariantCard) -> str:
    if not variant.in_stock:
        return "gone"
    return "coming" if variant.to_order else "here"


def _written_if(price: Money | None, frame: Frame) -> str:
    return _written(price, frame) if price else ""


def _written(price: Money, frame: Frame) -> str:
    return format_money(price, frame.language, trim_zeros=True)
