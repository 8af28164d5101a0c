"""What a storefront page is given."""

from datetime import datetime
from uuid import UUID

import msgspec

from kram.kit.money import Money


class Picture(msgspec.Struct, frozen=True):
    """`key` is the storage folder of its widths, sizes are the original's in pixels."""

    key: str
    alt: str
    width: int
    height: int


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


class VariantCard(msgspec.Struct, frozen=True):
    id: UUID
    sku: str
    title: str
    price: Money
    in_stock: bool


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
