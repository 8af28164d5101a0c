"""Use cases of the catalogue, one file a thing."""

from kram.shop.catalog.bulk import UpsertReport, upsert_products
from kram.shop.catalog.drafts import ProductDraft, VariantDraft, parse_price
from kram.shop.catalog.queries import catalog_version
from kram.shop.catalog.service.categories import (
    create_category,
    move_category,
    remove_category,
    rename_category,
)
from kram.shop.catalog.service.media import add_media, arrange_media, remove_media
from kram.shop.catalog.service.products import (
    archive_product,
    create_product,
    restore_product,
    update_product,
)

__all__ = [
    "ProductDraft",
    "UpsertReport",
    "VariantDraft",
    "add_media",
    "archive_product",
    "arrange_media",
    "catalog_version",
    "create_category",
    "create_product",
    "move_category",
    "parse_price",
    "remove_category",
    "remove_media",
    "rename_category",
    "restore_product",
    "update_product",
    "upsert_products",
]
