"""What a storefront page is given."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from kram.kit.money import Money
from kram.kit.pagination import Page
from kram.shop.catalog.models import VariantKind


class Picture(msgspec.Struct, frozen=True):
    """`key` is the storage folder of its widths, sizes are the original's in pixels."""

    key: str
    alt: str
    width: int
    height: int
    has_avif: bool = False


class ProductCard(msgspec.Struct, frozen=True):
    """`only_variant_id`: what one tap on "add" buys; None if the shopper has to choose."""

    id: UUID
    slug: str
    title: str
    created_at: datetime
    price_from: Money
    price_to: Money
    in_stock: bool
    only_variant_id: UUID | None
    picture: Picture | None
    reduced: bool = False


class Tier(msgspec.Struct, frozen=True):
    """From so many units on, each costs this."""

    min_quantity: int
    price: Money


class VariantCard(msgspec.Struct, frozen=True):
    """`values` are the numbers of its options' values; `picture` a place among the page's.

    On sale: `regular` is the price without the sale, `lowest` that of the 30 days before it.
    `to_order`: it can be bought and is still to come, pre-ordered goods on `there_from`.
    """

    id: UUID
    sku: str
    title: str
    price: Money
    in_stock: bool
    values: tuple[int, ...] = ()
    picture: int | None = None
    regular: Money | None = None
    lowest: Money | None = None
    compare_at: Money | None = None
    tiers: tuple[Tier, ...] = ()
    to_order: bool = False
    there_from: date | None = None
    kind: VariantKind = VariantKind.GOODS


class ValueCard(msgspec.Struct, frozen=True):
    id: int
    name: str
    colour: str = ""


class OptionCard(msgspec.Struct, frozen=True):
    name: str
    values: tuple[ValueCard, ...]


class Property(msgspec.Struct, frozen=True):
    """One attribute of a product, its value as it is shown."""

    label: str
    value: str
    colour: str = ""


class CategoryLink(msgspec.Struct, frozen=True):
    slug: str
    name: str


class ProductPage(msgspec.Struct, frozen=True):
    """At least one variant, in the merchant's order, like the pictures."""

    id: UUID
    slug: str
    title: str
    description: str
    category: CategoryLink | None
    variants: tuple[VariantCard, ...]
    pictures: tuple[Picture, ...]
    options: tuple[OptionCard, ...] = ()
    properties: tuple[Property, ...] = ()
    related: tuple[ProductCard, ...] = ()
    video_url: str = ""
    is_returnable: bool = True
    is_configurable: bool = False

    @property
    def price_from(self) -> Money:
        return min(variant.price for variant in self.variants)

    @property
    def price_to(self) -> Money:
        return max(variant.price for variant in self.variants)

    @property
    def in_stock(self) -> bool:
        return any(variant.in_stock for variant in self.variants)


class CategoryCard(msgspec.Struct, frozen=True):
    """`depth` 0 at the root; `products` counts the listed ones of it and all below it."""

    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    depth: int
    products: int
    description: str = ""
    picture_key: str | None = None


class CollectionLink(msgspec.Struct, frozen=True):
    slug: str
    title: str


class CollectionPage(msgspec.Struct, frozen=True):
    slug: str
    title: str
    description: str
    goods: Page[ProductCard]


class FilterCard(msgspec.Struct, frozen=True):
    """What a list may be narrowed by; `choices` of a number or date are none."""

    code: str
    label: str
    kind: str
    unit: str
    choices: tuple[tuple[str, str], ...]
