"""A batch into the shop, together with the progress that it makes."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from uuid import UUID

from kram.integrations.imports import queries
from kram.integrations.imports.batches import Batch
from kram.integrations.imports.categories import CategoryPaths
from kram.integrations.imports.models import ImportJob, ImportState
from kram.integrations.imports.rows import GoodRow, RowFault, column_of, variant_of
from kram.integrations.imports.service import MOST_ERRORS_KEPT
from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError
from kram.kit.ids import new_id
from kram.shop.catalog.bulk import RowRefused, upsert_products
from kram.shop.catalog.drafts import ProductDraft
from kram.shop.inventory.service import recount
from kram.tenants.actor import Actor

_KEPT = {"description": "description", "category": "category_id"}
"""Columns that a file may lack: what its products have there already stays."""


class Overtaken(Exception):
    """Another run works on the same file and is further: leave it to that one."""


def kept_fields(columns: Collection[str]) -> list[str]:
    """What products that exist keep of their own; whether they are shown is never the file's."""
    return ["status", *(field for column, field in _KEPT.items() if column not in columns)]


async def take_in(
    tx: TenantTx, job_id: UUID, batch: Batch, *, keep: Collection[str], actor: Actor
) -> ImportJob:
    """Locks the job; `keep` is what `kept_fields` says.

    A batch is taken in once: its job must stand where it begins.

    Raises: Overtaken; SkuTaken or SlugTaken when somebody wrote the same just now: repeat.
    """
    job = await _standing_at(tx, job_id, batch.after)
    paths = await CategoryPaths.read(tx)
    drafts = [_draft(rows, await paths.find(rows[0].category)) for rows in batch.goods]
    report = await upsert_products(tx, drafts, keep=keep)
    await recount(tx, _stock(batch.goods, report.variants), actor)
    faults = [*batch.faults, *_collisions(batch.goods, report.refused)]
    await _keep_faults(tx, job, faults)
    job.state = ImportState.RUNNING
    job.done += batch.rows
    job.created += report.created
    job.updated += report.updated
    job.unchanged += report.unchanged
    job.failed += len({fault.row for fault in batch.faults})
    job.failed += sum(len(batch.goods[refused.row]) for refused in report.refused)
    return job


async def finish(tx: TenantTx, job_id: UUID) -> None:
    """Raises: Overtaken."""
    job = await _standing_at(tx, job_id, None)
    job.state, job.finished_at = ImportState.DONE, tx.now


async def fail(tx: TenantTx, job_id: UUID, problem: str) -> None:
    """Raises: Overtaken."""
    job = await _standing_at(tx, job_id, None)
    job.state, job.problem, job.finished_at = ImportState.FAILED, problem, tx.now


async def _standing_at(tx: TenantTx, job_id: UUID, after: int | None) -> ImportJob:
    job = await tx.get(ImportJob, job_id, lock=True)
    if job is None or job.finished_at is not None or after not in (None, job.done):
        raise Overtaken
    return job


def _draft(rows: list[GoodRow], category_id: UUID | None) -> ProductDraft:
    return ProductDraft(
        title=rows[0].title,
        description=rows[0].description,
        category_id=category_id,
        variants=tuple(row.variant_draft(alone=len(rows) == 1) for row in rows),
    )


def _stock(goods: Iterable[list[GoodRow]], variants: dict[str, UUID]) -> dict[UUID, int]:
    """Counted units of the variants that came in, of the rows that say any."""
    return {
        variants[row.sku]: row.stock
        for rows in goods
        for row in rows
        if row.stock is not None and row.sku in variants
    }


def _collisions(goods: list[list[GoodRow]], refused: Iterable[RowRefused]) -> Iterable[RowFault]:
    return (_fault(goods[product.row], error) for product in refused for error in product.errors)


def _fault(rows: list[GoodRow], error: FieldError) -> RowFault:
    row, column = rows[variant_of(error)], column_of(error)
    return RowFault(row.number, column, error.detail, row.sku if column == "sku" else "")


async def _keep_faults(tx: TenantTx, job: ImportJob, faults: list[RowFault]) -> None:
    """Of the first thousand rows that have any: who has more has one fault a thousand times."""
    room = max(0, MOST_ERRORS_KEPT - job.failed)
    if faults[:room]:
        await queries.add_row_errors(
            tx, [{"id": new_id(), "job_id": job.id, **asdict(fault)} for fault in faults[:room]]
        )
