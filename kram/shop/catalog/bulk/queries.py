"""Statements on products by the hundred: each is one message, however many rows it carries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Text, any_, bindparam, func, insert, select, update

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Category, Product, Variant


class KnownVariant(msgspec.Struct, frozen=True):
    """A variant that has one of the SKUs, and its product as it is now."""

    variant_id: UUID
    sku: str
    variant_title: str
    price_minor: int
    archived_at: datetime | None
    product_id: UUID
    title: str
    description: str
    category_id: UUID | None
    status: str


# One array parameter: the text, and so its plan, is the same for any number of SKUs.
_KNOWN = (
    select(
        Variant.id.label("variant_id"),
        Variant.sku,
        Variant.title.label("variant_title"),
        Variant.price_minor,
        Variant.archived_at,
        Product.id.label("product_id"),
        Product.title,
        Product.description,
        Product.category_id,
        Product.status,
    )
    .join(Product, Product.id == Variant.product_id)
    .where(Variant.sku == any_(bindparam("skus", type_=ARRAY(Text()))))
    .order_by(Product.id, Variant.position)
)
_LOCKED = _KNOWN.with_for_update(of=Product)


async def by_sku(tx: TenantRead, skus: Collection[str], *, lock: bool) -> Sequence[KnownVariant]:
    """With `lock` their products' rows stay ours until the commit, in one order by everybody."""
    found = await tx.execute(_LOCKED if lock else _KNOWN, {"skus": list(skus)})
    return [KnownVariant(**row._mapping) for row in found]


async def last_positions(tx: TenantRead, product_ids: Collection[UUID]) -> dict[UUID, int]:
    found = await tx.execute(
        select(Variant.product_id, func.max(Variant.position).label("last"))
        .where(Variant.product_id.in_(product_ids))
        .group_by(Variant.product_id)
    )
    return {row.product_id: row.last for row in found}


async def known_categories(tx: TenantRead, ids: Collection[UUID]) -> set[UUID]:
    if not ids:
        return set()
    return set(await tx.scalars(select(Category.id).where(Category.id.in_(ids))))


async def write(
    tx: TenantTx, model: type[Product | Variant], new: Sequence[Any], changed: Sequence[Any]
) -> None:
    """`new` are whole rows, `changed` rows of `id` and the new values, all with the same keys."""
    if new:
        await tx.execute(insert(model), _rows(new))
    if changed:
        await tx.execute(update(model), _rows(changed))


def _rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]
