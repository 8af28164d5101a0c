"""How many of each variant can be sold, a bundle's counted from what it is made of."""

from collections.abc import Collection, Mapping
from uuid import UUID

from kram.kit.db.tx import TenantRead
from kram.shop.catalog.bundle_queries import components_of
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
    sellable = {
        each.id: _of_parts(made_of[each.id], free) if each.id in made_of else free[each.id]
        for each in variants
    }
    return stock, sellable


async def _made_of(
    tx: TenantRead, variants: Collection[Variant]
) -> Mapping[UUID, Mapping[UUID, int]]:
    bundles = [each.id for each in variants if each.kind == VariantKind.BUNDLE]
    return await components_of(tx, bundles) if bundles else {}


def _of_parts(parts: Mapping[UUID, int], free: Mapping[UUID, int]) -> int:
    return min((free[part] // each for part, each in parts.items()), default=0)
