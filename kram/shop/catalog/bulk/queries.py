"""Statements on products by the hundred: each is one message, however many rows it carries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Row, Select, Text, Uuid, any_, bindparam, func, or_, select

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.bulk.rows import VARIANT_FIELDS
from kram.shop.catalog.models import Category, Product, Variant

OF_SALES = ("sale_from", "sale_until")


class KnownVariant(msgspec.Struct, frozen=True):
    """A variant that has one of the SKUs, and its product as it is now; `values` are those fields
    that were asked for besides."""

    variant_id: UUID
    sku: str
    variant_title: str
    price_minor: int
    archived_at: datetime | None
    choice: str | None
    product_id: UUID
    title: str
    description: str
    category_id: UUID | None
    status: str
    options: Sequence[Mapping[str, Any]]
    values: Mapping[str, Any] = {}


_BASE = (
    Variant.id,
    Variant.sku,
    Variant.title.label("variant_title"),
    Variant.price_minor,
    Variant.archived_at,
    Variant.choice,
    Product.id.label("product_id"),
    Product.title,
    Product.description,
    Product.category_id,
    Product.status,
    Product.options,
)


@cache
def _known(fields: tuple[str, ...], lock: bool) -> Select[Any]:
    """One array parameter: the text, and so its plan, is the same for any number of SKUs."""
    more = [Product.tags if name == "tags" else getattr(Variant, name) for name in fields]
    query = (
        select(*_BASE, *more)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.sku == any_(bindparam("skus", type_=ARRAY(Text()))))
        .order_by(Product.id, Variant.position)
    )
    return query.with_for_update(of=Product) if lock else query


async def by_sku(
    tx: TenantRead, skus: Collection[str], fields: tuple[str, ...], *, lock: bool
) -> Sequence[KnownVariant]:
    """With `lock` their products' rows stay ours until the commit, in one order by everybody."""
    found = await tx.execute(_known(fields, lock), {"skus": list(skus)})
    width = len(_BASE)
    return [
        KnownVariant(*(*row[:width], dict(zip(fields, row[width:], strict=True)))) for row in found
    ]


async def on_sale(
    tx: TenantRead, product_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, str | None]]:
    """By product, the choices of its variants that are not archived."""
    found = await tx.execute(
        select(Variant.product_id, Variant.id, Variant.choice).where(
            Variant.product_id.in_(product_ids), Variant.archived_at.is_(None)
        )
    )
    choices: dict[UUID, dict[UUID, str | None]] = {}
    for row in found:
        choices.setdefault(row.product_id, {})[row.id] = row.choice
    return choices


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
    return set(await tx.scalars(_CATEGORIES, {"ids": list(ids)}))


_CATEGORIES = select(Category.id).where(Category.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))


_OWNERS = (
    select(Product.id)
    .where(
        or_(
            Product.id == any_(bindparam("products", type_=ARRAY(Uuid()))),
            Product.id.in_(
                select(Variant.product_id).where(
                    Variant.id == any_(bindparam("variants", type_=ARRAY(Uuid())))
                )
            ),
        )
    )
    .order_by(Product.id)
    .with_for_update()
)


async def lock_owners(
    tx: TenantTx, product_ids: Collection[UUID], variant_ids: Collection[UUID]
) -> Sequence[UUID]:
    """These products and those of the variants, ours until the commit."""
    values = {"products": list(product_ids), "variants": list(variant_ids)}
    return (await tx.scalars(_OWNERS, values)).all()


async def products_now(tx: TenantRead, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """All that a batch may change, as plain values; the id is one."""
    columns = (Product.title, Product.description, Product.category_id, Product.status)
    query = select(Product.id, *columns, Product.tags, Product.options)
    found = await tx.execute(query.where(Product.id.in_(ids)).order_by(Product.id))
    return [{**_plain(row), "id": row.id} for row in found]


async def variants_now(
    tx: TenantRead, product_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, dict[str, Any]]]:
    """The same of variants, by product."""
    if not product_ids:
        return {}
    names = (*VARIANT_FIELDS, *OF_SALES, "title", "price_minor", "archived_at", "choice")
    query = select(Variant.id, Variant.product_id, *(getattr(Variant, name) for name in names))
    rows: dict[UUID, dict[UUID, dict[str, Any]]] = {}
    for row in await tx.execute(query.where(Variant.product_id.in_(product_ids))):
        rows.setdefault(row.product_id, {})[row.id] = _plain(row)
    return rows


def _plain(row: Row[Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(dict(row._mapping))
    return plain
