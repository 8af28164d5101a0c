"""Imports as their merchant sees them: prepared, checked, run, watched, explained."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from kram.integrations.imports import queries
from kram.integrations.imports.columns import check_chosen, check_complete, headings_key
from kram.integrations.imports.errors import ImportBusy, ImportNotFound
from kram.integrations.imports.events import ImportRequested
from kram.integrations.imports.layout import Layout
from kram.integrations.imports.models import ImportJob, ImportRowError, ImportState
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.storage import PRIVATE_PREFIX
from kram.kit.text import line
from kram.tenants.actor import Actor

MOST_ERRORS_KEPT = 1000
LARGEST_FILE_BYTES = 50 * 2**20
_OPEN = (ImportState.DRAFT, ImportState.CHECKED)


def storage_key(tenant_id: UUID, job_id: UUID) -> str:
    return f"{PRIVATE_PREFIX}{tenant_id}/imports/{job_id}"


async def start_import(
    tx: TenantTx,
    *,
    job_id: UUID | None = None,
    key: str,
    filename: str,
    layout: Layout,
    actor: Actor,
) -> ImportJob:
    """Queues a file that `layout.inspect` has read and the door has stored under `key`.

    Raises: FileRefused for a file without the columns that are needed.
    """
    job = await prepare_import(
        tx, job_id=job_id or new_id(), key=key, filename=filename, layout=layout, actor=actor
    )
    check_complete(job.columns, job.headings)
    return _begin(tx, job, ImportState.WAITING)


async def prepare_import(
    tx: TenantTx, *, job_id: UUID, key: str, filename: str, layout: Layout, actor: Actor
) -> ImportJob:
    """A draft, with the columns that were chosen for such headings before, or else guessed."""
    job = new_job(tx, job_id, key, filename, layout, actor)
    job.state = ImportState.DRAFT
    remembered = await queries.columns_chosen_for(tx, job.headings_key)
    if remembered and max(remembered.values()) < len(layout.headings):
        job.columns = remembered
    return job


async def choose_columns(tx: TenantTx, job_id: UUID, columns: Mapping[str, int]) -> ImportJob:
    """What a check found before counts no more. Raises: ImportNotFound, ImportBusy,
    ColumnsRefused."""
    job = await _open_job(tx, job_id)
    check_chosen(columns, job.headings)
    if dict(columns) != job.columns:
        job.columns, job.state, job.checked = dict(columns), ImportState.DRAFT, None
    return job


async def check_import(tx: TenantTx, job_id: UUID) -> ImportJob:
    """Judges the file without writing anything; nothing happens to a check that runs.

    Raises: ImportNotFound, ImportBusy, FileRefused for columns that are missing.
    """
    job = await _locked(tx, job_id)
    if job.state == ImportState.CHECKING:
        return job
    return await _renew(tx, job, ImportState.CHECKING)


async def run_import(tx: TenantTx, job_id: UUID) -> ImportJob:
    """Takes the file in; nothing happens to an import that runs or ran. Raises like a check."""
    job = await _locked(tx, job_id)
    if job.state in (ImportState.WAITING, ImportState.RUNNING, ImportState.DONE):
        return job
    return await _renew(tx, job, ImportState.WAITING)


def new_job(
    tx: TenantTx, job_id: UUID, key: str, filename: str, layout: Layout, actor: Actor
) -> ImportJob:
    """Nobody is told of it: the caller takes the file in by itself."""
    job = ImportJob(
        id=job_id,
        storage_key=key,
        filename=line(filename)[:200],
        state=ImportState.WAITING,
        actor_id=actor.id,
        actor_name=actor.name,
        total=layout.rows,
        done=0,
        created=0,
        updated=0,
        unchanged=0,
        failed=0,
        problem="",
        kept=0,
        format=layout.format,
        headings=list(layout.headings),
        headings_key=headings_key(layout.headings),
        columns=dict(layout.columns),
        sample=[list(row) for row in layout.sample],
        created_at=tx.now,
    )
    tx.add(job)
    return job


async def get_import(tx: TenantRead, job_id: UUID) -> ImportJob:
    """Raises: ImportNotFound."""
    job = await tx.get(ImportJob, job_id)
    if job is None:
        raise ImportNotFound
    return job


async def errors_of(
    tx: TenantRead, job_id: UUID, limit: int = MOST_ERRORS_KEPT, *, of_undo: bool = False
) -> Sequence[ImportRowError]:
    """Why rows were refused, or what of them stays although it was taken back."""
    return await queries.row_errors(tx, job_id, limit, of_undo=of_undo)


async def _locked(tx: TenantTx, job_id: UUID) -> ImportJob:
    job = await tx.get(ImportJob, job_id, lock=True)
    if job is None:
        raise ImportNotFound
    return job


async def _open_job(tx: TenantTx, job_id: UUID) -> ImportJob:
    job = await _locked(tx, job_id)
    if job.state not in _OPEN:
        raise ImportBusy
    return job


async def _renew(tx: TenantTx, job: ImportJob, state: ImportState) -> ImportJob:
    if job.state not in _OPEN:
        raise ImportBusy
    check_complete(job.columns, job.headings)
    await queries.forget_row_errors(tx, job.id)
    job.done = job.created = job.updated = job.unchanged = job.failed = 0
    if state == ImportState.CHECKING:
        job.checked = None
    return _begin(tx, job, state)


def _begin(tx: TenantTx, job: ImportJob, state: ImportState) -> ImportJob:
    job.state = state
    tx.publish(ImportRequested(job_id=job.id))
    return job
