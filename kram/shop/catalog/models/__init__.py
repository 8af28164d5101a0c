"""Tables of the catalogue."""

from kram.shop.catalog.models.collections import Collection, CollectionKind, CollectionProduct
from kram.shop.catalog.models.goods import (
    BundleComponent,
    CatalogVersion,
    Category,
    Media,
    Product,
    ProductStatus,
    SlugRedirect,
    Variant,
    VariantKind,
)
from kram.shop.catalog.models.prices import ListPrice, PriceHistory, PriceList
from kram.shop.catalog.models.properties import Attribute, AttributeKind, AttributeScope

__all__ = [
    "Attribute",
    "AttributeKind",
    "AttributeScope",
    "BundleComponent",
    "CatalogVersion",
    "Category",
    "Collection",
    "CollectionKind",
    "CollectionProduct",
    "ListPrice",
    "Media",
    "PriceHistory",
    "PriceList",
    "Product",
    "ProductStatus",
    "SlugRedirect",
    "Variant",
    "VariantKind",
]
