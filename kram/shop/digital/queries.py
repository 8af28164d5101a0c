"""Statements on files and pools of keys."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Product, Variant, VariantKind
from kram.shop.digital.models import DigitalFile, LicenceKey


async def set_kind(
    tx: TenantTx, variant_id: UUID, kind: VariantKind, terms: Mapping[str, Any] | None
) -> None:
    await tx.execute(
        update(Variant)
        .where(Variant.id == variant_id)
        .values(kind=kind, terms=None if terms is None else dict(terms))
    )


async def lock_pool(tx: TenantTx, variant_id: UUID) -> bool:
    """Whether it is a pool of keys, which it stays until the commit."""
    query = select(Variant.kind).where(Variant.id == variant_id)
    kind = await tx.scalar(query.with_for_update(read=True, key_share=True))
    return bool(kind == VariantKind.KEYS)


async def is_configurable(tx: TenantRead, variant_id: UUID) -> bool:
    query = select(Product.is_configurable).join(Variant, Variant.product_id == Product.id)
    return bool(await tx.scalar(query.where(Variant.id == variant_id)))


async def variants_of(tx: TenantRead, product_id: UUID) -> Sequence[Variant]:
    query = select(Variant).where(Variant.product_id == product_id, Variant.archived_at.is_(None))
    return (await tx.scalars(query.order_by(Variant.position))).all()


async def files_of(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, list[DigitalFile]]:
    """By variant, the first one first."""
    query = select(DigitalFile).where(
        DigitalFile.variant_id.in_(variant_ids), DigitalFile.removed_at.is_(None)
    )
    found: dict[UUID, list[DigitalFile]] = {}
    for file in await tx.scalars(query.order_by(DigitalFile.id)):
        found.setdefault(file.variant_id, []).append(file)
    return found


async def known_fingerprints(
    tx: TenantRead, variant_id: UUID, fingerprints: Collection[bytes]
) -> set[bytes]:
    query = select(LicenceKey.fingerprint).where(
        LicenceKey.variant_id == variant_id, LicenceKey.fingerprint.in_(fingerprints)
    )
    return set((await tx.scalars(query)).all())


async def insert_keys(tx: TenantTx, rows: Sequence[Mapping[str, Any]]) -> int:
    """How many were new; in the order of their fingerprints, so that two uploads do not wait for
    each other."""
    if not rows:
        return 0
    ordered = sorted((dict(row) for row in rows), key=lambda row: row["fingerprint"])
    statement = insert(LicenceKey).values(ordered).on_conflict_do_nothing()
    return len((await tx.execute(statement.returning(LicenceKey.id))).all())


async def withdraw_key(tx: TenantTx, variant_id: UUID, key_id: UUID) -> bool:
    found = await tx.execute(
        delete(LicenceKey)
        .where(
            LicenceKey.id == key_id,
            LicenceKey.variant_id == variant_id,
            LicenceKey.given_at.is_(None),
        )
        .returning(LicenceKey.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


async def free_keys(
    tx: TenantRead, variant_id: UUID, limit: int, *, after: UUID | None = None
) -> Sequence[LicenceKey]:
    """In the order in which they will be given."""
    query = select(LicenceKey).where(
        LicenceKey.variant_id == variant_id, LicenceKey.given_at.is_(None)
    )
    if after is not None:
        query = query.where(LicenceKey.id > after)
    return (await tx.scalars(query.order_by(LicenceKey.id).limit(limit))).all()


async def pool_counts(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(free, given) by variant."""
    found = await tx.execute(
        select(
            LicenceKey.variant_id,
            func.count().filter(LicenceKey.given_at.is_(None)),
            func.count().filter(LicenceKey.given_at.is_not(None)),
        )
        .where(LicenceKey.variant_id.in_(variant_ids))
        .group_by(LicenceKey.variant_id)
    )
    return {row[0]: (row[1], row[2]) for row in found}


_POOL_DIFFERENCE = text(
    """
    SELECT count(*) FROM (
        SELECT id, (SELECT coalesce(sum(on_hand), 0) FROM stock WHERE variant_id = variant.id)
               AS units,
               (SELECT count(*) FROM licence_key
                WHERE variant_id = variant.id AND given_at IS NULL) AS free
        FROM variant WHERE kind = 'keys'
    ) AS pool WHERE units <> free
    """
)


async def pool_difference(tx: TenantRead) -> int:
    """How many pools have another number of free keys than the stock has units: always 0."""
    return int(await tx.scalar(_POOL_DIFFERENCE))


async def to_pool(tx: TenantTx, key_ids: Collection[UUID]) -> None:
    await tx.execute(
        update(LicenceKey)
        .where(LicenceKey.id.in_(key_ids))
        .values(given_at=None)
        .execution_options(synchronize_session=False)
    )


async def sealed_key(tx: TenantRead, key_id: UUID) -> bytes:
    sealed: bytes = await tx.scalar(select(LicenceKey.sealed).where(LicenceKey.id == key_id))
    return sealed
