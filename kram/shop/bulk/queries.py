"""Statements on many goods: each is one message, however many rows it carries."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Text, cast, func, or_, select, text, update
from sqlalchemy.orm import aliased, defer

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.bulk.models import BulkEdit
from kram.shop.bulk.rules import GoodsFilter
from kram.shop.catalog.models import Category, Product, ProductStatus, Variant
from kram.shop.catalog.words import patterns
from kram.shop.inventory.models import Stock


class ChosenRow(msgspec.Struct, frozen=True):
    """A variant that is offered, and its product."""

    product_id: UUID
    variant_id: UUID
    title: str
    sku: str
    price_minor: int
    currency: str
    category_id: UUID | None
    status: str
    kind: str


_ON_HAND = (
    select(func.coalesce(func.sum(Stock.on_hand), 0))
    .where(Stock.variant_id == Variant.id)
    .correlate(Variant)
    .scalar_subquery()
)


async def chosen(
    tx: TenantRead, goods: GoodsFilter, limit: int, *, lock: bool = False
) -> Sequence[ChosenRow]:
    """By products and variants; with `lock` their products are ours until the commit."""
    query = (
        select(
            Product.id.label("product_id"),
            Variant.id.label("variant_id"),
            Product.title,
            Variant.sku,
            Variant.price_minor,
            Variant.currency,
            Product.category_id,
            Product.status,
            Variant.kind,
        )
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.archived_at.is_(None), *_conditions(goods))
        .order_by(Product.id, Variant.position, Variant.id)
        .limit(limit)
    )
    if lock:
        query = query.with_for_update(of=Product)
    return [ChosenRow(**row._mapping) for row in await tx.execute(query)]


def _conditions(goods: GoodsFilter) -> Iterator[ColumnElement[bool]]:
    if goods.status is not None:
        yield Product.status == goods.status
    else:
        yield Product.status != ProductStatus.ARCHIVED
    if goods.category_id is not None:
        yield Product.category_id.in_(_below(goods.category_id))
    if goods.tag:
        tags = cast([goods.tag.strip().lower()], ARRAY(Text()))
        yield Product.tags.op("@>")(tags)
    for pattern in patterns(goods.text):
        yield or_(Product.title.ilike(pattern), Variant.sku.ilike(pattern))
    spans: tuple[tuple[Any, int | None, int | None], ...] = (
        (Variant.price_minor, goods.price_from, goods.price_to),
        (_ON_HAND, goods.stock_from, goods.stock_to),
    )
    for column, lowest, highest in spans:
        if lowest is not None:
            yield column >= lowest
        if highest is not None:
            yield column <= highest


def _below(category_id: UUID) -> Any:
    """It and all below it; asked of the parents, since old rows may lack their path."""
    top = select(Category.id).where(Category.id == category_id).cte(recursive=True)
    child = aliased(Category)
    tree = top.union_all(select(child.id).join(top, child.parent_id == top.c.id))
    return select(tree.c.id)


_SET_PRICES = text(
    """
    UPDATE variant SET price_minor = line.after
    FROM unnest(CAST(:ids AS uuid[]), CAST(:befores AS bigint[]), CAST(:afters AS bigint[]))
        AS line (id, before, after)
    WHERE variant.id = line.id AND variant.price_minor = line.before
    RETURNING variant.id, variant.product_id
    """
)
_SET_CATEGORIES = text(
    """
    UPDATE product SET category_id = line.after, updated_at = :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:befores AS uuid[]), CAST(:afters AS uuid[]))
        AS line (id, before, after)
    WHERE product.id = line.id AND product.category_id IS NOT DISTINCT FROM line.before
      AND (line.after IS NULL OR EXISTS (SELECT FROM category WHERE category.id = line.after))
    RETURNING product.id, product.id AS product_id
    """
)
_SET_STATUSES = text(
    """
    UPDATE product SET status = line.after, updated_at = :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:befores AS text[]), CAST(:afters AS text[]))
        AS line (id, before, after)
    WHERE product.id = line.id AND product.status = line.before
    RETURNING product.id, product.id AS product_id
    """
)

Step = tuple[UUID, Any, Any]
"""Id, what is there, what shall be."""


async def set_prices(tx: TenantTx, steps: Sequence[Step]) -> Sequence[UUID]:
    """Ids of those that had the price they are changed from; their products are touched."""
    found = (await tx.execute(_SET_PRICES, _lists(steps))).all()
    await tx.execute(
        update(Product)
        .where(Product.id.in_({row.product_id for row in found}))
        .values(updated_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    return [row.id for row in found]


async def set_categories(tx: TenantTx, steps: Sequence[Step]) -> Sequence[UUID]:
    found = await tx.execute(_SET_CATEGORIES, {**_lists(steps), "now": tx.now})
    return [row.id for row in found]


async def set_statuses(tx: TenantTx, steps: Sequence[Step]) -> Sequence[UUID]:
    found = await tx.execute(_SET_STATUSES, {**_lists(steps), "now": tx.now})
    return [row.id for row in found]


def _lists(steps: Sequence[Step]) -> Mapping[str, list[Any]]:
    return {
        "ids": [step[0] for step in steps],
        "befores": [step[1] for step in steps],
        "afters": [step[2] for step in steps],
    }


async def recent(tx: TenantRead, limit: int) -> Sequence[BulkEdit]:
    """The newest first, without what it takes to go back, which may be megabytes."""
    query = select(BulkEdit).options(defer(BulkEdit.reverse, raiseload=True))
    found = await tx.scalars(query.order_by(BulkEdit.id.desc()).limit(limit))
    return found.all()


async def forget_reverses(tx: TenantTx, before: datetime) -> None:
    """Of edits that are too old to be taken back."""
    await tx.execute(
        update(BulkEdit)
        .where(BulkEdit.created_at < before, BulkEdit.reverse != [])
        .values(reverse=[])
        .execution_options(synchronize_session=False)
    )
