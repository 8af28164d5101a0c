"""Statements on bundles and what they are made of."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, exists, insert, select, update

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import BundleComponent, Variant, VariantKind

_IDS = bindparam("ids", type_=ARRAY(Uuid()))


async def lock_kinds(tx: TenantTx, variant_ids: Collection[UUID]) -> dict[UUID, str]:
    """Archived ones are left out."""
    found = await tx.execute(
        select(Variant.id, Variant.kind)
        .where(Variant.id == any_(_IDS), Variant.archived_at.is_(None))
        .order_by(Variant.id)
        .with_for_update(),
        {"ids": list(variant_ids)},
    )
    return {row.id: row.kind for row in found}


async def is_of(tx: TenantRead, variant_id: UUID, product_id: UUID) -> bool:
    found: bool = await tx.scalar(
        select(exists().where(Variant.id == variant_id, Variant.product_id == product_id))
    )
    return found


async def is_component(tx: TenantRead, variant_id: UUID) -> bool:
    found: bool = await tx.scalar(
        select(exists().where(BundleComponent.component_id == variant_id))
    )
    return found


async def set_kind(tx: TenantTx, variant_id: UUID, kind: VariantKind) -> None:
    await tx.execute(update(Variant).where(Variant.id == variant_id).values(kind=kind))


async def replace_components(tx: TenantTx, bundle_id: UUID, parts: Mapping[UUID, int]) -> None:
    await tx.execute(
        delete(BundleComponent)
        .where(BundleComponent.bundle_id == bundle_id)
        .execution_options(synchronize_session=False)
    )
    rows = [
        {"bundle_id": bundle_id, "component_id": part, "quantity": quantity}
        for part, quantity in sorted(parts.items())
    ]
    if rows:
        await tx.execute(insert(BundleComponent), rows)


async def components_of(
    tx: TenantRead, bundle_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, int]]:
    found = await tx.execute(
        select(BundleComponent.bundle_id, BundleComponent.component_id, BundleComponent.quantity)
        .where(BundleComponent.bundle_id == any_(_IDS))
        .order_by(BundleComponent.component_id),
        {"ids": list(bundle_ids)},
    )
    parts: dict[UUID, dict[UUID, int]] = {}
    for row in found:
        parts.setdefault(row.bundle_id, {})[row.component_id] = row.quantity
    return parts
