from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from kram.integrations.imports.models import ImportJob, ImportRowError
from kram.kit.db.tx import TenantRead, TenantTx


async def recent_jobs(
    tx: TenantRead, limit: int, *, before: UUID | None = None
) -> Sequence[ImportJob]:
    """The newest first; `before` is the last id of the page before."""
    statement = select(ImportJob).order_by(ImportJob.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ImportJob.id < before)
    return (await tx.scalars(statement)).all()


async def row_errors(tx: TenantRead, job_id: UUID, limit: int) -> Sequence[ImportRowError]:
    statement = (
        select(ImportRowError)
        .where(ImportRowError.job_id == job_id)
        .order_by(ImportRowError.row, ImportRowError.id)
        .limit(limit)
    )
    return (await tx.scalars(statement)).all()


async def add_row_errors(tx: TenantTx, errors: list[dict[str, Any]]) -> None:
    await tx.execute(insert(ImportRowError), errors)
