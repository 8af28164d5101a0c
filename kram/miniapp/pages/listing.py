"""Lists of goods as a template shows them."""

from collections.abc import Sequence

import msgspec

from kram.kit.pagination import Page
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.shop.catalog.storefront import (
    CategoryCard,
    ProductCard,
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
        cards=[card_view(frame, pictures, card) for card in found.items],
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


def card_view(frame: Frame, pictures: Pictures, card: ProductCard) -> CardView:
    picture = card.picture
    return CardView(
        title=card.title,
        address=frame.to(f"/p/{card.slug}"),
        price=frame.price(card.price_from),
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


def _path(categories: Sequence[CategoryCard], shown: CategoryCard | None) -> list[CategoryCard]:
    by_id = {card.id: card for card in categories}
    path: list[CategoryCard] = []
    while shown is not None and shown not in path:
        path.insert(0, shown)
        shown = by_id.get(shown.parent_id) if shown.parent_id else None
    return path
