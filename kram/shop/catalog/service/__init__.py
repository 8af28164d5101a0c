"""Use cases of the catalogue, one file a thing."""

from kram.shop.catalog.bulk import UpsertReport, upsert_products
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
from kram.shop.catalog.service.schedule import schedule_product

__all__ = [
    "OptionDraft",
    "PriceListDraft",
    "ProductDraft",
    "Sale",
    "TierPrice",
    "UpsertReport",
    "ValueDraft",
    "VariantChange",
    "VariantDraft",
    "add_media",
    "archive_product",
    "arrange_media",
    "catalog_version",
    "change_price_list",
    "change_variants",
    "create_category",
    "create_price_list",
    "create_product",
    "drop_prices",
    "lowest_before_sale",
    "move_category",
    "parse_price",
    "remove_category",
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
