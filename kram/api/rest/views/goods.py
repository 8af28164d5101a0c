"""Products and categories."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.kit.money import Money
from kram.shop.catalog.models import Category, Product, Variant
from kram.shop.inventory.service import StockLevel


class CategoryView(View, frozen=True):
    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    position: int

    @classmethod
    def of(cls, category: Category) -> "CategoryView":
        return cls(category.id, category.parent_id, category.slug, category.name, category.position)


class VariantView(View, frozen=True):
    """`on_hand` are units in the warehouse, `reserved` of them promised to orders."""

    id: UUID
    sku: str
    title: str
    price: Money
    on_hand: int
    reserved: int

    @classmethod
    def of(cls, variant: Variant, level: StockLevel) -> "VariantView":
        price = Money(variant.price_minor, variant.currency)
        return cls(variant.id, variant.sku, variant.title, price, level.on_hand, level.reserved)


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
        )


class ProductPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ProductView]
    next_cursor: str | None
