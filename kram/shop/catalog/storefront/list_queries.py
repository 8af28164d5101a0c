"""Lists of goods, each shape of them compiled when it is first asked for.

A filter that is not used is not in the statement: "or the parameter is null" would give all
of them the plan of the worst.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Subquery,
    Text,
    Uuid,
    all_,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from kram.kit.db.lanes import HotQuery
from kram.shop.catalog.collections.conditions_queries import (
    attributes_match,
    has_tags,
    has_variant,
    holds,
    price_between,
)
from kram.shop.catalog.collections.rules import Condition
from kram.shop.catalog.models import Category, CollectionProduct, Media, Product, Variant
from kram.shop.catalog.prices.queries import own_price, sale_price
from kram.shop.catalog.stock_queries import can_be_bought
from kram.shop.catalog.storefront.rows import ListRow

# Written into the text: as a parameter it would keep the plan from the index of listed products.
LISTED = Product.status == literal_column("'active'", Text())
OFFERED = Variant.archived_at.is_(None)
NOW: ColumnElement[datetime] = func.now()
LANGUAGE = bindparam("language", value="", type_=String())
_SPACE = literal_column("' '", String())
_ONE = literal_column("1", Integer())
_NEWEST = (Product.created_at.desc(), Product.id.desc())

PageSelect = Select[*tuple[Any, ...]]


class Shape(msgspec.Struct, frozen=True):
    """Which conditions a list has; their values are parameters of the same names.

    `size` stands in the text: for a LIMIT that it does not know the planner reckons with a tenth
    of the table, finds every plan for known values cheaper, and plans anew each time.
    """

    size: int
    category: bool = False
    words: bool = False
    after: bool = False
    tags: bool = False
    of_product: bool = False
    of_variant: bool = False
    price_low: bool = False
    price_high: bool = False
    available: bool = False
    on_sale: bool = False


def translated(model: Any, field: str) -> ColumnElement[str]:
    """The field in the page's language, else in the shop's."""
    texts = model.translations[LANGUAGE][field].astext
    found: ColumnElement[str] = func.coalesce(texts, getattr(model, field))
    return found


@lru_cache(maxsize=256)
def list_query(shape: Shape) -> HotQuery[ListRow]:
    """Parameters: `language`, and what the shape names: the category's `slug`, the
    `patterns` of words, `created_at` and `id` of the last row, JSON paths, prices in minor units.
    """
    page = _goods().where(*_conditions(shape))
    if shape.after:
        page = page.where(_after())
    return _listed(page.order_by(*_NEWEST), shape.size)


@lru_cache(maxsize=256)
def rule_query(rule: Condition, size: int, *, after: bool) -> HotQuery[ListRow]:
    """The newest first, like a category. The rule's values stay parameters."""
    page = _goods().where(holds(rule))
    if after:
        page = page.where(_after())
    return _listed(page.order_by(*_NEWEST), size)


@lru_cache(maxsize=16)
def shelf_query(size: int, *, after: bool) -> HotQuery[ListRow]:
    """A collection in the order of hands. Parameters: `collection_id`, and the last row's `id`."""
    of = CollectionProduct.collection_id == bindparam("collection_id", type_=Uuid())
    page = _goods().join(CollectionProduct, CollectionProduct.product_id == Product.id).where(of)
    place = tuple_(CollectionProduct.position, CollectionProduct.product_id)
    if after:
        last = aliased(CollectionProduct)
        page = page.join(
            last,
            and_(
                last.collection_id == CollectionProduct.collection_id,
                last.product_id == bindparam("id", type_=Uuid()),
            ),
        ).where(place > tuple_(last.position, last.product_id))
    page = page.add_columns(CollectionProduct.position.label("place"))
    page = page.order_by(CollectionProduct.position, CollectionProduct.product_id)
    return _listed(page, size, in_place=True)


def _goods() -> PageSelect:
    title = translated(Product, "title").label("title")
    return select(Product.id, Product.slug, title, Product.created_at).where(LISTED)


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shape.category:
        found.append(Product.category_id.in_(_subtree()))
    if shape.words:
        found.append(_haystack().ilike(all_(bindparam("patterns", type_=ARRAY(Text())))))
    if shape.tags:
        found.append(has_tags(bindparam("tags", type_=ARRAY(Text()))))
    if shape.of_product:
        path = bindparam("of_product", type_=Text())
        found.append(attributes_match(Product.attributes, path))
    of_variant: list[ColumnElement[bool]] = []
    if shape.of_variant:
        path = bindparam("of_variant", type_=Text())
        of_variant.append(attributes_match(Variant.attributes, path))
    if shape.price_low or shape.price_high:
        low = bindparam("price_low", type_=BigInteger()) if shape.price_low else None
        high = bindparam("price_high", type_=BigInteger()) if shape.price_high else None
        of_variant.append(price_between(low, high))
    if shape.available:
        of_variant.append(can_be_bought())
    if shape.on_sale:
        of_variant.append(sale_price(NOW).is_not(None))
    if of_variant:
        found.append(has_variant(and_(*of_variant)))
    return found


def _after() -> ColumnElement[bool]:
    last = tuple_(
        bindparam("created_at", type_=DateTime(timezone=True)), bindparam("id", type_=Uuid())
    )
    return tuple_(Product.created_at, Product.id) < last


def _subtree() -> Select[UUID]:
    """A row without a path, which the release before wrote, has nothing below it yet."""
    root, each = aliased(Category), aliased(Category)
    inside = and_(
        root.path != literal_column("''", Text()),
        each.path >= root.path,
        each.path < root.path + literal_column("'~'", Text()),
    )
    return (
        select(each.id)
        .join(root, or_(each.id == root.id, inside))
        .where(root.slug == bindparam("slug", type_=String()))
    )


def _haystack() -> ColumnElement[str]:
    skus = (
        select(func.string_agg(Variant.sku, _SPACE))
        .where(Variant.product_id == Product.id, OFFERED)
        .scalar_subquery()
    )
    return Product.title + _SPACE + skus


def _listed(page: PageSelect, size: int, *, in_place: bool = False) -> HotQuery[ListRow]:
    limited = page.limit(literal_column(str(int(size)), Integer()))
    return HotQuery(with_parts(limited, in_place=in_place), ListRow)


def with_parts(page: PageSelect, *, in_place: bool = False) -> PageSelect:
    """The page's rows with their prices and first picture, which are looked up for these alone."""
    shown = page.subquery("shown")
    price = own_price(NOW)
    prices = (
        select(
            func.min(price).label("lowest"),
            func.max(price).label("highest"),
            func.min(Variant.currency).label("currency"),
            func.bool_or(can_be_bought()).label("in_stock"),
            func.bool_or(price < Variant.price_minor).label("reduced"),
            case((and_(func.count() == _ONE, ~_is_configurable(shown)), _first_variant())).label(
                "only_variant_id"
            ),
        )
        .where(Variant.product_id == shown.c.id, OFFERED)
        .having(func.count() >= _ONE)
        .lateral("prices")
    )
    picture = (
        select(Media.key, alt_text(), Media.width, Media.height, Media.has_avif)
        .where(Media.product_id == shown.c.id)
        .order_by(Media.position, Media.id)
        .limit(_ONE)
        .lateral("picture")
    )
    columns = (shown.c.id, shown.c.slug, shown.c.title, shown.c.created_at)
    order = (
        (shown.c.place, shown.c.id) if in_place else (shown.c.created_at.desc(), shown.c.id.desc())
    )
    return (
        select(*columns, *prices.c, *picture.c)
        .join_from(shown, prices, true())
        .outerjoin(picture, true())
        .order_by(*order)
    )


def _first_variant() -> ColumnElement[UUID]:
    first: ColumnElement[UUID] = func.array_agg(Variant.id)[_ONE]
    return first


def _is_configurable(shown: Subquery) -> ColumnElement[bool]:
    """One tap cannot buy what has to be put together first."""
    return (
        select(Product.is_configurable)
        .where(Product.id == shown.c.id)
        .correlate(shown)
        .scalar_subquery()
    )


def alt_text() -> ColumnElement[str]:
    return func.coalesce(Media.alts[LANGUAGE].astext, Media.alt).label("alt")


RELATED = HotQuery(
    with_parts(
        _goods()
        .where(Product.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
        .limit(literal_column("20", Integer()))
    ),
    ListRow,
)
