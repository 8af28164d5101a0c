"""How many of each variant can be sold, a bundle's counted from what it is made of."""

from collections.abc import Collection, Mapping
from uuid import UUID

from kram.kit.db.tx import TenantRead
from kram.shop.catalog.bundle_queries import components_of
from kram.shop.catalog.bundles import UNLIMITED
from kram.shop.catalog.models import Variant, VariantKind
from kram.shop.inventory.service import StockLevel, levels


async def supply(
    tx: TenantRead, variants: Collection[Variant]
) -> tuple[dict[UUID, StockLevel], dict[UUID, int]]:
    """The shelves of the variants, and what can be sold of each; three statements at most."""
    made_of = await _made_of(tx, variants)
    parts = {part for each in made_of.values() for part in each}
    stock = await levels(tx, {each.id for each in variants} | parts)
    free = {key: level.available for key, level in stock.items()}
    return stock, {each.id: _sellable(each, made_of, free) for each in variants}


def is_endless(variant: Variant) -> bool:
    """Files and gift cards never run out."""
    return VariantKind(variant.kind).is_endless


def _sellable(
    variant: Variant, made_of: Mapping[UUID, Mapping[UUID, int]], free: Mapping[UUID, int]
) -> int:
    if is_endless(variant):
        return UNLIMITED
    if variant.id not in made_of:
        return free[variant.id]
    parts = made_of[variant.id]
    return min((free[part] // each for part, each in parts.items()), default=0)


async def _made_of(
    tx: TenantRead, variants: Collection[Variant]
) -> Mapping[UUID, Mapping[UUID, int]]:
    bundles = [each.id for each in variants if each.kind == VariantKind.BUNDLE]
    return await components_of(tx, bundles) if bundles else {}
