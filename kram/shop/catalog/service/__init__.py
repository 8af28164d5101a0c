"""Use cases of the catalogue, one file a thing."""

from kram.shop.catalog.attributes.rules import AttributeDraft, Choice
from kram.shop.catalog.attributes.service import (
    change_attribute,
    create_attribute,
    remove_attribute,
)
from kram.shop.catalog.bulk import UpsertReport, upsert_products
from kram.shop.catalog.collections.service import (
    CollectionDraft,
    arrange_collection,
    change_collection,
    create_collection,
    remove_collection,
)
from kram.shop.catalog.details import ProductDetails
from kram.shop.catalog.drafts import ProductDraft, VariantDraft, parse_price
from kram.shop.catalog.options.changes import Sale, VariantChange
from kram.shop.catalog.options.service import change_variants, set_options
from kram.shop.catalog.options.shape import OptionDraft, ValueDraft
from kram.shop.catalog.prices.history import lowest_before_sale
from kram.shop.catalog.prices.lists import (
    PriceListDraft,
    TierPrice,
    change_price_list,
    create_price_list,
    drop_prices,
    remove_price_list,
    set_prices,
)
from kram.shop.catalog.queries import catalog_version
from kram.shop.catalog.service.bundles import set_components
from kram.shop.catalog.service.categories import (
    CategoryDetails,
    create_category,
    describe_category,
    move_category,
    remove_category,
    rename_category,
)
from kram.shop.catalog.service.details import change_details
from kram.shop.catalog.service.media import add_media, arrange_media, describe_media, remove_media
from kram.shop.catalog.service.products import (
    archive_product,
    create_product,
    restore_product,
    update_product,
)
from kram.shop.catalog.service.schedule import follow_schedule, schedule_product

__all__ = [
    "AttributeDraft",
    "CategoryDetails",
    "Choice",
    "CollectionDraft",
    "OptionDraft",
    "PriceListDraft",
    "ProductDetails",
    "ProductDraft",
    "Sale",
    "TierPrice",
    "UpsertReport",
    "ValueDraft",
    "VariantChange",
    "VariantDraft",
    "add_media",
    "archive_product",
    "arrange_collection",
    "arrange_media",
    "catalog_version",
    "change_attribute",
    "change_collection",
    "change_details",
    "change_price_list",
    "change_variants",
    "create_attribute",
    "create_category",
    "create_collection",
    "create_price_list",
    "create_product",
    "describe_category",
    "describe_media",
    "drop_prices",
    "follow_schedule",
    "lowest_before_sale",
    "move_category",
    "parse_price",
    "remove_attribute",
    "remove_category",
    "remove_collection",
    "remove_media",
    "remove_price_list",
    "rename_category",
    "restore_product",
    "schedule_product",
    "set_components",
    "set_options",
    "set_prices",
    "update_product",
    "upsert_products",
]
