"""A batch into the shop, together with the progress that it makes."""

from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from kram.integrations.imports import batch_queries, queries
from kram.integrations.imports.batches import Batch
from kram.integrations.imports.before import Image, image_of, packed
from kram.integrations.imports.categories import CategoryPaths
from kram.integrations.imports.judge import (
    Verdict,
    counted,
    draft_of,
    moved,
    skus_of,
    verdict,
)
from kram.integrations.imports.models import ImportBatch, ImportJob, ImportState
from kram.integrations.imports.rows import RowFault
from kram.integrations.imports.service import MOST_ERRORS_KEPT
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.catalog.bulk import UpsertReport, upsert_products
from kram.shop.inventory.queries.places import first_warehouse
from kram.shop.inventory.service import recount
from kram.tenants.actor import Actor

_KEPT = {"description": "description", "category": "category_id"}
"""Columns that a file may lack: what its products have there already stays."""

_IMPORTING = (ImportState.WAITING, ImportState.RUNNING)
_CHECKING = (ImportState.CHECKING,)


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
    job = await _standing_at(tx, job_id, batch.after, _IMPORTING)
    paths = await CategoryPaths.read(tx)
    drafts = [draft_of(rows, await paths.find(rows[0].category)) for rows in batch.goods]
    revived = await batch_queries.withdrawn(tx, skus_of(batch))
    report = await upsert_products(tx, drafts, keep=keep, revived=revived)
    units = counted(batch.goods, report.variants)
    moves = await moved(tx, units)
    settled = moves.short | moves.same
    place = await first_warehouse(tx)
    deltas = await recount(
        tx,
        {key: unit for key, unit in units.items() if key not in settled},
        actor,
        warehouse_id=place,
        document_id=job_id,
    )
    rows = (row for goods in batch.goods for row in goods)
    _remember(tx, batch, report, image_of(report, deltas, place, rows), job_id)
    judged = verdict(batch.goods, report, moves)
    await _keep_faults(tx, job, [*batch.faults, *judged.faults])
    job.state = ImportState.RUNNING
    _count(job, batch, judged)
    return job


def _remember(tx: TenantTx, batch: Batch, report: UpsertReport, image: Image, job_id: UUID) -> None:
    """Nothing of a batch that changed nothing."""
    if image.says_nothing and not report.new:
        return
    tx.add(
        ImportBatch(
            job_id=job_id,
            after=batch.after,
            created=list(report.new),
            changed=len(report.touched - report.new),
            moved=len(image.moves),
            image=packed(image),
            undone_at=None,
        )
    )


async def note(tx: TenantTx, job_id: UUID, batch: Batch, judged: Verdict) -> ImportJob:
    """Keeps what a check found of one batch. Raises: Overtaken."""
    job = await _standing_at(tx, job_id, batch.after, _CHECKING)
    await _keep_faults(tx, job, [*batch.faults, *judged.faults])
    changes = (job.checked or {}).get("changes", [])
    job.checked = {"changes": (changes + judged.changes)[:_CHANGES_SHOWN]}
    _count(job, batch, judged)
    return job


async def finish(tx: TenantTx, job_id: UUID) -> None:
    """Raises: Overtaken."""
    job = await _standing_at(tx, job_id, None, _IMPORTING)
    job.state, job.finished_at = ImportState.DONE, tx.now


async def finish_check(tx: TenantTx, job_id: UUID) -> None:
    """Raises: Overtaken."""
    job = await _standing_at(tx, job_id, None, _CHECKING)
    job.state = ImportState.CHECKED
    counts = {name: getattr(job, name) for name in _COUNTS}
    job.checked = (job.checked or {"changes": []}) | counts


async def fail(tx: TenantTx, job_id: UUID, problem: str) -> None:
    """Raises: Overtaken."""
    job = await _standing_at(tx, job_id, None, (*_IMPORTING, *_CHECKING))
    job.state, job.problem, job.finished_at = ImportState.FAILED, problem, tx.now


_COUNTS = ("created", "updated", "unchanged", "failed")
_CHANGES_SHOWN = 20


async def _standing_at(
    tx: TenantTx, job_id: UUID, after: int | None, states: Collection[str]
) -> ImportJob:
    job = await tx.get(ImportJob, job_id, lock=True)
    if job is None or job.state not in states or after not in (None, job.done):
        raise Overtaken
    return job


def _count(job: ImportJob, batch: Batch, judged: Verdict) -> None:
    job.done += batch.rows
    job.created += judged.created
    job.updated += judged.updated
    job.unchanged += judged.unchanged
    job.failed += len({fault.row for fault in batch.faults}) + judged.failed


async def _keep_faults(tx: TenantTx, job: ImportJob, faults: list[RowFault]) -> None:
    """Of the first thousand rows that have any: who has more has one fault a thousand times."""
    room = max(0, MOST_ERRORS_KEPT - job.failed)
    if faults[:room]:
        await queries.add_row_errors(
            tx, [{"id": new_id(), "job_id": job.id, **asdict(fault)} for fault in faults[:room]]
        )
