"""A product and its variants as one of many: what its source says, and no more than that."""

from collections.abc import Mapping
from typing import Any

from kram.shop.catalog.drafts import ProductDraft, VariantDraft

VARIANT_FIELDS = (
    "barcode",
    "weight_grams",
    "length_mm",
    "width_mm",
    "height_mm",
    "compare_at_minor",
    "cost_minor",
    "sale_minor",
)
PRODUCT_FIELDS = ("status", "tags")


class VariantRow(VariantDraft, frozen=True, kw_only=True):
    """`values` are those of VARIANT_FIELDS that are told, None takes one away; `choice` names the
    value of each of the product's options."""

    values: Mapping[str, Any] = {}
    choice: tuple[str, ...] = ()


class ProductRow(ProductDraft, frozen=True, kw_only=True):
    """`values` are those of PRODUCT_FIELDS that are told. Without names of `options` the product
    keeps those it has. `is_clean`: each variant was cleaned and checked as if it were alone."""

    is_clean: bool = False
    variants: tuple[VariantRow, ...]
    values: Mapping[str, Any] = {}
    options: tuple[str, ...] = ()
