"""What the storefront's statements answer, column by column. JSON comes as its text."""

from datetime import date, datetime
from uuid import UUID

import msgspec


class ListRow(msgspec.Struct):
    id: UUID
    slug: str
    title: str
    created_at: datetime
    lowest: int
    highest: int
    currency: str
    in_stock: bool
    reduced: bool
    only_variant_id: UUID | None
    picture_key: str | None
    picture_alt: str | None
    picture_width: int | None
    picture_height: int | None
    picture_avif: bool | None


class ProductRow(msgspec.Struct):
    """`has_tiers`: some list for everybody may have prices of it."""

    id: UUID
    slug: str
    title: str
    description: str
    category_slug: str | None
    category_name: str | None
    options: str
    attributes: str
    related: list[UUID]
    video_url: str
    is_returnable: bool
    has_tiers: bool
    is_configurable: bool


class VariantRow(msgspec.Struct):
    id: UUID
    sku: str
    title: str
    price_minor: int
    currency: str
    in_stock: bool
    regular_minor: int
    compare_at_minor: int | None
    choice: str | None
    media_id: UUID | None
    to_order: bool
    there_from: date | None
    kind: str


class PictureRow(msgspec.Struct):
    id: UUID
    key: str
    alt: str
    width: int
    height: int
    has_avif: bool


class TierRow(msgspec.Struct):
    variant_id: UUID
    min_quantity: int
    minor: int


class LowestRow(msgspec.Struct):
    variant_id: UUID
    lowest: int


class CategoryRow(msgspec.Struct):
    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    products: int
    description: str
    picture_key: str | None


class AttributeRow(msgspec.Struct):
    code: str
    kind: str
    scope: str
    label: str
    unit: str
    choices: str
    is_filter: bool


class CollectionRow(msgspec.Struct):
    id: UUID
    slug: str
    title: str
    description: str
    rule: str | None


class LinkRow(msgspec.Struct):
    slug: str
    title: str


class SlugRow(msgspec.Struct):
    slug: str


class VersionRow(msgspec.Struct):
    version: int
