"""Products, categories and pictures, made by the same service that the doors call."""

from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id, public_code
from kram.kit.money import Money
from kram.shop.catalog import service
from kram.shop.catalog.bulk import ProductRow, VariantRow
from kram.shop.catalog.drafts import ProductDraft, VariantDraft
from kram.shop.catalog.models import Category, Media, Product, ProductStatus
from tests.factories.inventory import put_on_shelf


def variant_draft(
    *,
    sku: str | None = None,
    price_minor: int = 12_500,
    currency: str = "UAH",
    title: str = "",
    variant_id: UUID | None = None,
) -> VariantDraft:
    return VariantDraft(
        sku=sku or f"SKU-{public_code(8)}",
        price=Money(price_minor, currency),
        title=title,
        id=variant_id,
    )


def product_row(
    *variants: VariantRow,
    title: str = "Kettle",
    description: str = "",
    category_id: UUID | None = None,
    options: tuple[str, ...] = (),
    **values: Any,
) -> ProductRow:
    return ProductRow(
        title=title,
        variants=variants,
        description=description,
        category_id=category_id,
        options=options,
        values=values,
    )


def variant_row(
    *choice: str,
    sku: str = "KT-1",
    price_minor: int = 12_500,
    currency: str = "UAH",
    title: str = "",
    **values: Any,
) -> VariantRow:
    return VariantRow(
        sku=sku, price=Money(price_minor, currency), title=title, choice=choice, values=values
    )


def product_draft(
    *variants: VariantDraft,
    title: str = "Kettle",
    description: str = "",
    category_id: UUID | None = None,
    status: ProductStatus = ProductStatus.ACTIVE,
    slug: str = "",
) -> ProductDraft:
    """One variant of 125.00 UAH unless others are given."""
    return ProductDraft(
        title=title,
        variants=variants or (variant_draft(),),
        description=description,
        category_id=category_id,
        status=status,
        slug=slug,
    )


async def make_product(
    tx: TenantTx,
    *,
    title: str = "Kettle",
    price_minor: int = 12_500,
    currency: str = "UAH",
    stock: int = 0,
    sku: str | None = None,
    category_id: UUID | None = None,
    status: ProductStatus = ProductStatus.ACTIVE,
) -> Product:
    """A product in one form, its parts loaded: `product.variants[0]` is what is bought."""
    variant = variant_draft(sku=sku, price_minor=price_minor, currency=currency)
    draft = product_draft(variant, title=title, category_id=category_id, status=status)
    product = await service.create_product(tx, draft)
    if stock:
        await put_on_shelf(tx, product.variants[0].id, stock)
    return product


async def make_variant(tx: TenantTx, *, stock: int = 0, price_minor: int = 12_500) -> UUID:
    """The one variant of a new product."""
    product = await make_product(tx, stock=stock, price_minor=price_minor)
    return product.variants[0].id


async def make_category(
    tx: TenantTx, name: str = "Dishes", *, parent_id: UUID | None = None
) -> Category:
    return await service.create_category(tx, name, parent_id)


async def make_picture(tx: TenantTx, product_id: UUID, *, alt: str = "") -> Media:
    return await service.add_media(
        tx, product_id, key=f"shop/{new_id()}", width=1200, height=900, alt=alt
    )
