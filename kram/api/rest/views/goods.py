"""Products and categories."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from kram.api.rest.views.base import View
from kram.kit.money import Money
from kram.shop.catalog.models import Category, Product, Variant
from kram.shop.catalog.options.changes import barcode_doubt
from kram.shop.catalog.options.matrix import numbers_of
from kram.shop.inventory.service import StockLevel


class CategoryView(View, frozen=True):
    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    position: int
    description: str
    translations: dict[str, Any]

    @classmethod
    def of(cls, category: Category) -> "CategoryView":
        return cls(**{name: getattr(category, name) for name in cls.__struct_fields__})


class VariantView(View, frozen=True):
    """`on_hand` are units in the warehouse, `reserved` of them promised to orders.

    `choice` is the numbers of its options' values. `barcode_doubtful`: it looks like an EAN or UPC
    whose check digit is wrong. Other amounts are minor units of the price's currency.
    """

    id: UUID
    sku: str
    title: str
    price: Money
    on_hand: int
    reserved: int
    kind: str
    choice: list[int]
    barcode: str
    barcode_doubtful: bool
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    compare_at_minor: int | None
    cost_minor: int | None
    sale_minor: int | None
    sale_from: datetime | None
    sale_until: datetime | None
    media_id: UUID | None
    attributes: dict[str, Any]

    @classmethod
    def of(cls, variant: Variant, level: StockLevel) -> "VariantView":
        made: dict[str, Any] = {
            "price": variant.price,
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "choice": sorted(numbers_of(variant.choice)),
            "barcode_doubtful": barcode_doubt(variant.barcode),
        }
        columns = (name for name in cls.__struct_fields__ if name not in made)
        return cls(**made, **{name: getattr(variant, name) for name in columns})


class ProductView(View, frozen=True):
    """`pictures` are addresses of the widest size."""

    id: UUID
    slug: str
    title: str
    description: str
    status: str
    category_id: UUID | None
    variants: tuple[VariantView, ...]
    pictures: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    options: list[dict[str, Any]]
    tags: list[str]
    attributes: dict[str, Any]
    translations: dict[str, Any]
    related: list[UUID]
    video_url: str
    is_returnable: bool
    publish_at: datetime | None
    unpublish_at: datetime | None

    @classmethod
    def of(
        cls, product: Product, levels: dict[UUID, StockLevel], pictures: Iterable[str]
    ) -> "ProductView":
        return cls(
            id=product.id,
            slug=product.slug,
            title=product.title,
            description=product.description,
            status=product.status,
            category_id=product.category_id,
            variants=tuple(
                VariantView.of(variant, levels[variant.id]) for variant in product.offered
            ),
            pictures=tuple(pictures),
            created_at=product.created_at,
            updated_at=product.updated_at,
            options=[option for option in product.options if not option.get("gone")],
            tags=product.tags,
            attributes=product.attributes,
            translations=product.translations,
            related=product.related,
            video_url=product.video_url,
            is_returnable=product.is_returnable,
            publish_at=product.publish_at,
            unpublish_at=product.unpublish_at,
        )


class ProductPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ProductView]
    next_cursor: str | None
