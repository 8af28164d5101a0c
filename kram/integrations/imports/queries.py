from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, func, insert, select, update

from kram.integrations.imports.models import ImportJob, ImportRowError, ImportState
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Category, Product, ProductStatus, Variant
from kram.shop.inventory.models import Stock
from kram.shop.inventory.queries.places import FIRST_WAREHOUSE

_AT_WORK = (ImportState.CHECKING, ImportState.WAITING, ImportState.RUNNING)


async def recent_jobs(
    tx: TenantRead, limit: int, *, before: UUID | None = None
) -> Sequence[ImportJob]:
    """The newest first; `before` is the last id of the page before."""
    statement = select(ImportJob).order_by(ImportJob.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ImportJob.id < before)
    return (await tx.scalars(statement)).all()


async def files_ended_before(
    tx: TenantRead, before: datetime, limit: int
) -> Sequence[tuple[UUID, str]]:
    """(import, key) of stored files whose import ended before that moment, or never began."""
    found = await tx.execute(
        select(ImportJob.id, ImportJob.storage_key)
        .where(
            func.coalesce(ImportJob.finished_at, ImportJob.created_at) < before,
            ImportJob.state.not_in(_AT_WORK),
            ImportJob.storage_key != "",
        )
        .order_by(ImportJob.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in found]


async def forget_files(tx: TenantTx, job_ids: Sequence[UUID]) -> None:
    await tx.execute(update(ImportJob).where(ImportJob.id.in_(job_ids)).values(storage_key=""))


async def row_errors(
    tx: TenantRead, job_id: UUID, limit: int, *, of_undo: bool = False
) -> Sequence[ImportRowError]:
    statement = (
        select(ImportRowError)
        .where(ImportRowError.job_id == job_id, ImportRowError.of_undo == of_undo)
        .order_by(ImportRowError.row, ImportRowError.id)
        .limit(limit)
    )
    return (await tx.scalars(statement)).all()


async def add_row_errors(tx: TenantTx, errors: list[dict[str, Any]]) -> None:
    await tx.execute(insert(ImportRowError), errors)


_ON_HAND = select(Stock.variant_id, Stock.on_hand, Stock.reserved).where(
    Stock.warehouse_id == bindparam("warehouse"),
    Stock.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid()))),
)


async def on_hand(
    tx: TenantRead, warehouse_id: UUID, variant_ids: Sequence[UUID]
) -> dict[UUID, tuple[int, int]]:
    """(units, of them promised) of the variants that have a row there."""
    found = await tx.execute(_ON_HAND, {"warehouse": warehouse_id, "variants": variant_ids})
    return {row.variant_id: (row.on_hand, row.reserved) for row in found}


async def columns_chosen_for(tx: TenantRead, headings_key: str) -> dict[str, int]:
    """What the last file with these headings was read by; empty if there was none."""
    found: dict[str, int] | None = await tx.scalar(
        select(ImportJob.columns)
        .where(ImportJob.headings_key == headings_key, ImportJob.columns != {})
        .order_by(ImportJob.id.desc())
        .limit(1)
    )
    return found or {}


async def forget_row_errors(tx: TenantTx, job_id: UUID) -> None:
    await tx.execute(delete(ImportRowError).where(ImportRowError.job_id == job_id))


_CATEGORIES = select(Category.id, Category.parent_id, Category.name).order_by(
    Category.position, Category.name, Category.id
)


async def category_names(tx: TenantRead) -> Sequence[tuple[UUID, UUID | None, str]]:
    """(id, parent, name) of all, as neighbours stand; an import asks for every batch."""
    return [(row[0], row[1], row[2]) for row in await tx.execute(_CATEGORIES)]


class GoodsRow(msgspec.Struct, frozen=True):
    """A variant that is offered; `siblings` counts the variants of its product, itself included."""

    sku: str
    title: str
    price_minor: int
    currency: str
    on_hand: int | None
    category_id: UUID | None
    description: str
    variant_title: str
    slug: str
    siblings: int
    status: str
    options: list[dict[str, Any]]
    tags: list[str]
    choice: str | None
    barcode: str
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    compare_at_minor: int | None
    cost_minor: int | None
    sale_minor: int | None


_GOODS = (
    select(
        Variant.sku,
        Product.title,
        Variant.price_minor,
        Variant.currency,
        Stock.on_hand,
        Product.category_id,
        Product.description,
        Variant.title.label("variant_title"),
        Product.slug,
        func.count().over(partition_by=Product.id).label("siblings"),
        Product.status,
        Product.options,
        Product.tags,
        Variant.choice,
        Variant.barcode,
        Variant.weight_grams,
        Variant.length_mm,
        Variant.width_mm,
        Variant.height_mm,
        Variant.compare_at_minor,
        Variant.cost_minor,
        Variant.sale_minor,
    )
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, (Stock.variant_id == Variant.id) & (Stock.warehouse_id == FIRST_WAREHOUSE))
    .where(Variant.archived_at.is_(None), Product.status != ProductStatus.ARCHIVED)
    .order_by(Product.created_at, Product.id, Variant.position, Variant.id)
)


async def goods(tx: TenantRead) -> AsyncIterator[GoodsRow]:
    """All that is offered, the variants of a product together; a thousand rows in memory."""
    found = await tx.session.stream(_GOODS, execution_options={"yield_per": 1000})
    async for row in found:
        yield GoodsRow(*tuple(row))
