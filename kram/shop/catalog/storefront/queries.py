"""The storefront's statements about one thing, compiled once when this is imported."""

from typing import Any

from sqlalchemy import (
    Integer,
    String,
    Uuid,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from kram.kit.db.lanes import HotQuery
from kram.shop.catalog.models import (
    Attribute,
    CatalogVersion,
    Category,
    Collection,
    ListPrice,
    Media,
    PriceList,
    Product,
    SlugRedirect,
    Variant,
)
from kram.shop.catalog.prices.queries import lowest_before_sale, own_price
from kram.shop.catalog.stock_queries import can_be_bought, is_to_order, there_from
from kram.shop.catalog.storefront.list_queries import LISTED, NOW, OFFERED, alt_text, translated
from kram.shop.catalog.storefront.rows import (
    AttributeRow,
    CategoryRow,
    CollectionRow,
    LinkRow,
    LowestRow,
    PictureRow,
    ProductRow,
    SlugRow,
    TierRow,
    VariantRow,
    VersionRow,
)

_SLUG = bindparam("slug", type_=String())
_OF_PRODUCT = bindparam("product_id", type_=Uuid())
_FOR_EVERYBODY = (
    PriceList.group_id.is_(None),
    PriceList.is_active,
    or_(PriceList.starts_at.is_(None), PriceList.starts_at <= NOW),
    or_(PriceList.ends_at.is_(None), PriceList.ends_at > NOW),
)

PRODUCT = HotQuery(
    select(
        Product.id,
        Product.slug,
        translated(Product, "title"),
        translated(Product, "description"),
        Category.slug,
        translated(Category, "name"),
        Product.options,
        Product.attributes,
        Product.related,
        Product.video_url,
        Product.is_returnable,
        exists().where(*_FOR_EVERYBODY),
        Product.is_configurable,
    )
    .outerjoin(Category, Category.id == Product.category_id)
    .where(LISTED, Product.slug == _SLUG),
    ProductRow,
)

VARIANTS = HotQuery(
    select(
        Variant.id,
        Variant.sku,
        Variant.title,
        own_price(NOW),
        Variant.currency,
        can_be_bought(),
        Variant.price_minor,
        Variant.compare_at_minor,
        Variant.choice,
        Variant.media_id,
        is_to_order(),
        there_from(),
        Variant.kind,
    )
    .where(Variant.product_id == _OF_PRODUCT, OFFERED)
    .order_by(Variant.position, Variant.id),
    VariantRow,
)

PICTURES = HotQuery(
    select(Media.id, Media.key, alt_text(), Media.width, Media.height, Media.has_avif)
    .where(Media.product_id == _OF_PRODUCT)
    .order_by(Media.position, Media.id),
    PictureRow,
)

TIERS = HotQuery(
    select(ListPrice.variant_id, ListPrice.min_quantity, ListPrice.minor)
    .join(PriceList, PriceList.id == ListPrice.price_list_id)
    .join(Variant, Variant.id == ListPrice.variant_id)
    .where(Variant.product_id == _OF_PRODUCT, PriceList.currency == Variant.currency)
    .where(*_FOR_EVERYBODY)
    .order_by(ListPrice.min_quantity, ListPrice.minor),
    TierRow,
)

LOWEST = HotQuery(lowest_before_sale(NOW, Variant.product_id == _OF_PRODUCT), LowestRow)

_LISTED_IN = (
    select(Product.category_id, func.count().label("products"))
    .where(LISTED)
    .group_by(Product.category_id)
    .subquery("listed_in")
)

CATEGORIES = HotQuery(
    select(
        Category.id,
        Category.parent_id,
        Category.slug,
        translated(Category, "name"),
        func.coalesce(_LISTED_IN.c.products, literal_column("0", Integer())),
        translated(Category, "description"),
        Category.picture_key,
    )
    .outerjoin(_LISTED_IN, _LISTED_IN.c.category_id == Category.id)
    .order_by(Category.position, Category.name, Category.id),
    CategoryRow,
)

ATTRIBUTES = HotQuery(
    select(
        Attribute.code,
        Attribute.kind,
        Attribute.scope,
        translated(Attribute, "label"),
        Attribute.unit,
        Attribute.choices,
        Attribute.is_filter,
    ).order_by(Attribute.position, Attribute.label, Attribute.id),
    AttributeRow,
)

COLLECTION = HotQuery(
    select(
        Collection.id,
        Collection.slug,
        translated(Collection, "title"),
        translated(Collection, "description"),
        Collection.rule,
    ).where(Collection.slug == _SLUG, Collection.is_shown),
    CollectionRow,
)

COLLECTIONS = HotQuery(
    select(Collection.slug, translated(Collection, "title"))
    .where(Collection.is_shown)
    .order_by(Collection.position, Collection.title, Collection.id),
    LinkRow,
)


def _moved(model: Any, kind: str, *still: Any) -> HotQuery[SlugRow]:
    return HotQuery(
        select(model.slug)
        .join(SlugRedirect, SlugRedirect.target_id == model.id)
        .where(SlugRedirect.kind == kind, SlugRedirect.slug == _SLUG, *still),
        SlugRow,
    )


MOVED = {
    "product": _moved(Product, "product", LISTED),
    "category": _moved(Category, "category"),
    "collection": _moved(Collection, "collection", Collection.is_shown),
}

VERSION = HotQuery(select(CatalogVersion.version), VersionRow)
