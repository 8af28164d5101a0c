"""Statements on what it takes to take an import back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, exists, func, select

from kram.integrations.imports.models import ImportBatch, ImportJob, ImportState
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Product, ProductStatus, Variant


async def summed(tx: TenantRead, job_id: UUID) -> tuple[int, int, int, int, int]:
    """Products created, products changed, counts moved, batches, batches that are left."""
    found = await tx.execute(
        select(
            func.coalesce(func.sum(func.cardinality(ImportBatch.created)), 0),
            func.coalesce(func.sum(ImportBatch.changed), 0),
            func.coalesce(func.sum(ImportBatch.moved), 0),
            func.count(),
            func.count().filter(ImportBatch.undone_at.is_(None)),
        ).where(ImportBatch.job_id == job_id)
    )
    created, changed, moved, batches, left = found.one()
    return int(created), int(changed), int(moved), batches, left


async def last_left(tx: TenantTx, job_id: UUID) -> ImportBatch | None:
    """The last one that was not taken back."""
    query = select(ImportBatch).where(ImportBatch.job_id == job_id, ImportBatch.undone_at.is_(None))
    found = await tx.scalars(query.order_by(ImportBatch.after.desc()).limit(1))
    return found.one_or_none()


async def forget(tx: TenantTx, before: datetime) -> None:
    """What belongs to imports that ended before that moment and stay."""
    ended = select(ImportJob.id).where(
        ImportJob.finished_at < before,
        ImportJob.state.not_in((ImportState.UNDOING, ImportState.UNDONE)),
    )
    await tx.execute(
        delete(ImportBatch)
        .where(ImportBatch.job_id.in_(ended))
        .execution_options(synchronize_session=False)
    )


_WITHDRAWN = (
    select(Product.id)
    .join(Variant, Variant.product_id == Product.id)
    .where(
        Variant.sku == any_(bindparam("skus", type_=ARRAY(Text()))),
        Product.status == ProductStatus.ARCHIVED,
        exists().where(
            ImportBatch.undone_at == Product.updated_at,
            Product.id == any_(ImportBatch.created),
        ),
    )
)


async def withdrawn(tx: TenantRead, skus: Collection[str]) -> set[UUID]:
    """Products that an undo put into the archive and nobody has touched since."""
    return set(await tx.scalars(_WITHDRAWN, {"skus": list(skus)}))
