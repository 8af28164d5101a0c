"""Imports as their merchant sees them: started, watched, explained."""

from collections.abc import Sequence
from uuid import UUID

from kram.integrations.imports import queries
from kram.integrations.imports.columns import check_complete
from kram.integrations.imports.errors import ImportNotFound
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
    check_complete(layout.columns, layout.headings)
    job = new_job(tx, job_id or new_id(), key, filename, layout, actor)
    tx.publish(ImportRequested(job_id=job.id))
    return job


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
    tx: TenantRead, job_id: UUID, limit: int = MOST_ERRORS_KEPT
) -> Sequence[ImportRowError]:
    return await queries.row_errors(tx, job_id, limit)
