"""The storefront's statements, compiled once when this is imported.

A filter that is not used is not in the statement: "or the parameter is null" would give all
of them the plan of the worst.
"""

from datetime import datetime
from itertools import product as combinations
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Text,
    Uuid,
    all_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    tuple_,
)

from kram.kit.db.lanes import HotQuery
from kram.shop.catalog.models import (
    CatalogVersion,
    Category,
    Media,
    Product,
    Variant,
)
from kram.shop.catalog.storefront.stock_queries import can_be_bought


class ListRow(msgspec.Struct):
    id: UUID
    slug: str
    title: str
    created_at: datetime
    lowest: int
    highest: int
    currency: str
    in_stock: bool
    only_variant_id: UUID | None
    picture_key: str | None
    picture_alt: str | None
    picture_width: int | None
    picture_height: int | None


class ProductRow(msgspec.Struct):
    id: UUID
    slug: str
    title: str
    description: str
    category_slug: str | None
    category_name: str | None


class VariantRow(msgspec.Struct):
    id: UUID
    sku: str
    title: str
    price_minor: int
    currency: str
    in_stock: bool


class PictureRow(msgspec.Struct):
    key: str
    alt: str
    width: int
    height: int


class CategoryRow(msgspec.Struct):
    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    products: int


class VersionRow(msgspec.Struct):
    version: int


# Written into the text: as a parameter it would keep the plan from the index of listed products.
_LISTED = Product.status == literal_column("'active'", Text())
_SPACE = literal_column("' '", String())
_ONE = literal_column("1", Integer())
_OFFERED = Variant.archived_at.is_(None)


def list_query(*, category: bool, words: bool, after: bool) -> HotQuery[ListRow]:
    """Parameters: `size`; with `category` its `slug`; with `words` the `patterns`; with `after`
    the last row's `created_at` and `id`."""
    page = select(Product.id, Product.slug, Product.title, Product.created_at).where(_LISTED)
    if category:
        page = page.where(Product.category_id.in_(_subtree()))
    if words:
        page = page.where(_haystack().ilike(all_(bindparam("patterns", type_=ARRAY(Text())))))
    if after:
        last = tuple_(
            bindparam("created_at", type_=DateTime(timezone=True)), bindparam("id", type_=Uuid())
        )
        page = page.where(tuple_(Product.created_at, Product.id) < last)
    page = page.order_by(Product.created_at.desc(), Product.id.desc())
    return HotQuery(_with_parts(page.limit(bindparam("size", type_=Integer()))), ListRow)


def _subtree() -> Select[UUID]:
    root = select(Category.id).where(Category.slug == bindparam("slug", type_=String()))
    tree = root.cte("tree", recursive=True)
    # UNION, not UNION ALL: it ends even if the tree had a circle.
    tree = tree.union(select(Category.id).where(Category.parent_id == tree.c.id))
    return select(tree.c.id)


def _haystack() -> ColumnElement[str]:
    skus = (
        select(func.string_agg(Variant.sku, _SPACE))
        .where(Variant.product_id == Product.id, _OFFERED)
        .scalar_subquery()
    )
    return Product.title + _SPACE + skus


def _with_parts(page: Select[UUID, str, str, datetime]) -> Select[*tuple[Any, ...]]:
    """The page's rows with their prices and first picture, which are looked up for these alone."""
    shown = page.subquery("shown")
    prices = (
        select(
            func.min(Variant.price_minor).label("lowest"),
            func.max(Variant.price_minor).label("highest"),
            func.min(Variant.currency).label("currency"),
            func.bool_or(can_be_bought()).label("in_stock"),
            case((func.count() == _ONE, func.array_agg(Variant.id)[_ONE])).label("only_variant_id"),
        )
        .where(Variant.product_id == shown.c.id, _OFFERED)
        .having(func.count() >= _ONE)
        .lateral("prices")
    )
    picture = (
        select(Media.key, Media.alt, Media.width, Media.height)
        .where(Media.product_id == shown.c.id)
        .order_by(Media.position, Media.id)
        .limit(_ONE)
        .lateral("picture")
    )
    return (
        select(*shown.c, *prices.c, *picture.c)
        .join_from(shown, prices, true())
        .outerjoin(picture, true())
        .order_by(shown.c.created_at.desc(), shown.c.id.desc())
    )


LISTS = {
    (category, words, after): list_query(category=category, words=words, after=after)
    for category, words, after in combinations((False, True), repeat=3)
}

PRODUCT = HotQuery(
    select(
        Product.id,
        Product.slug,
        Product.title,
        Product.description,
        Category.slug,
        Category.name,
    )
    .outerjoin(Category, Category.id == Product.category_id)
    .where(_LISTED, Product.slug == bindparam("slug", type_=String())),
    ProductRow,
)

VARIANTS = HotQuery(
    select(
        Variant.id,
        Variant.sku,
        Variant.title,
        Variant.price_minor,
        Variant.currency,
        can_be_bought(),
    )
    .where(Variant.product_id == bindparam("product_id", type_=Uuid()), _OFFERED)
    .order_by(Variant.position, Variant.id),
    VariantRow,
)

PICTURES = HotQuery(
    select(Media.key, Media.alt, Media.width, Media.height)
    .where(Media.product_id == bindparam("product_id", type_=Uuid()))
    .order_by(Media.position, Media.id),
    PictureRow,
)

_LISTED_IN = (
    select(Product.category_id, func.count().label("products"))
    .where(_LISTED)
    .group_by(Product.category_id)
    .subquery("listed_in")
)

CATEGORIES = HotQuery(
    select(
        Category.id,
        Category.parent_id,
        Category.slug,
        Category.name,
        func.coalesce(_LISTED_IN.c.products, literal_column("0", Integer())),
    )
    .outerjoin(_LISTED_IN, _LISTED_IN.c.category_id == Category.id)
    .order_by(Category.position, Category.name, Category.id),
    CategoryRow,
)

VERSION = HotQuery(select(CatalogVersion.version), VersionRow)
