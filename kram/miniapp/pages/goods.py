"""The catalogue's cards as a template shows them."""

from collections.abc import Sequence

import msgspec
from babel.dates import format_date

from kram.kit.i18n import translations
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.kit.pagination import Page
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.shop.catalog.storefront import CategoryCard, ProductCard, ProductPage, VariantCard


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


def list_view(frame: Frame, pictures: Pictures, title: str, found: Page[ProductCard]) -> ListView:
    more = {"q": frame.search, "cursor": found.next_cursor or ""}
    return ListView(
        title=title,
        address=frame.to(frame.path),
        cards=[_card(frame, pictures, card) for card in found.items],
        more_address=frame.to(frame.path, **more) if found.next_cursor else "",
    )


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
    shown = [pictures.of(each.key, product.title, each.alt) for each in product.pictures]
    return ProductView(
        id=str(product.id),
        slug=product.slug,
        title=product.title,
        description=product.description,
        category_name=product.category.name if product.category else "",
        category_address=frame.to(f"/c/{product.category.slug}") if product.category else "",
        price=_written(product.variants[first].price, frame),
        stock=_stock(product.variants[first], frame),
        stock_state=_stock_state(product.variants[first]),
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
            picture.key if picture else None, card.title, picture.alt if picture else ""
        ),
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


def _written(price: Money, frame: Frame) -> str:
    return format_money(price, frame.language, trim_zeros=True)
