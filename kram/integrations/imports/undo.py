"""An import taken back: what it made goes to the archive, what it changed becomes what it was."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from kram.integrations.imports import batch_queries, queries
from kram.integrations.imports.before import Image, Moved, unpacked
from kram.integrations.imports.errors import ImportBusy, ImportNotFound, NothingToUndo
from kram.integrations.imports.events import ImportUndoRequested
from kram.integrations.imports.judge import column_of_field
from kram.integrations.imports.models import ImportJob, ImportState
from kram.integrations.imports.rows import RowFault
from kram.integrations.imports.service import MOST_ERRORS_KEPT
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.catalog.bulk import Difference, Of, Written, revert
from kram.shop.inventory.errors import WarehouseMissing
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.queries import shelves
from kram.shop.inventory.service import receive_many
from kram.tenants.actor import Actor

UNDO_WITHIN = timedelta(days=7)
_ENDED = (ImportState.DONE, ImportState.FAILED)
_BEGUN = (ImportState.UNDOING, ImportState.UNDONE)


class Undo(msgspec.Struct, frozen=True):
    """What would be taken back `until` then, and of how many `batches` so many are `left`: products
    to the archive, changed products, counts of stock."""

    created: int
    changed: int
    moved: int
    batches: int
    left: int
    until: datetime

    @property
    def is_empty(self) -> bool:
        return not self.batches


async def undo_of(tx: TenantRead, job: ImportJob) -> Undo | None:
    """None when it cannot be taken back, or no longer."""
    if job.finished_at is None or job.state not in (*_ENDED, *_BEGUN):
        return None
    until = job.finished_at + UNDO_WITHIN
    if job.state in _ENDED and until <= tx.now:
        return None
    undo = Undo(*await batch_queries.summed(tx, job.id), until=until)
    return None if undo.is_empty else undo


async def request_undo(tx: TenantTx, job_id: UUID, actor: Actor) -> ImportJob:
    """Begins to take it back in the background; nothing happens to one that was begun.

    Raises: ImportNotFound, ImportBusy, NothingToUndo.
    """
    job = await tx.get(ImportJob, job_id, lock=True)
    if job is None:
        raise ImportNotFound
    if job.state in _BEGUN:
        return job
    if job.state not in _ENDED:
        raise ImportBusy
    if await undo_of(tx, job) is None:
        raise NothingToUndo
    job.state = ImportState.UNDOING
    tx.publish(ImportUndoRequested(job_id=job.id, actor_id=actor.id))
    return job


async def take_back(tx: TenantTx, job_id: UUID, actor: Actor) -> bool:
    """One batch, the last one first, together with the word that it is done; False: none is left.

    Locks the import, then goods and shelves in the order in which an import does.
    """
    job = await tx.get(ImportJob, job_id, lock=True)
    if job is None or job.state != ImportState.UNDOING:
        return False
    batch = await batch_queries.last_left(tx, job_id)
    if batch is None:
        job.state, job.undone_at = ImportState.UNDONE, tx.now
        return False
    assert batch.image is not None, "it goes when the batch is taken back"
    image = unpacked(batch.image)
    kept = await revert(tx, Written(batch.created, image.added, image.changes))
    short = await _move_back(tx, job_id, image, actor)
    faults = [*_changed_since(kept, image), *_moved_since(short, image)]
    await _tell(tx, job, faults)
    batch.image, batch.undone_at = None, tx.now
    return True


async def _move_back(tx: TenantTx, job_id: UUID, image: Image, actor: Actor) -> list[Moved]:
    """Counter-moves, as far as units are free; those that were not, or not all of them. Licence
    keys are counted by themselves."""
    if not image.moves:
        return []
    free = {
        row.variant_id: row.free
        for row in await shelves.lock_rows(tx, sorted(move.id for move in image.moves))
        if row.warehouse_id == image.place and not row.of_keys
    }
    own = [move for move in image.moves if move.id in free]
    deltas = {move.id: max(-move.delta, -free[move.id]) for move in own}
    deltas = {key: delta for key, delta in deltas.items() if delta}
    try:
        await receive_many(
            tx,
            deltas,
            MoveCause.CORRECTED,
            actor,
            warehouse_id=image.place,
            document_id=job_id,
        )
    except WarehouseMissing:
        return image.moves
    return [move for move in image.moves if deltas.get(move.id, 0) != -move.delta]


def _changed_since(kept: Iterable[Difference], image: Image) -> Iterable[RowFault]:
    """A word for each cell of the file, however many columns follow from it."""
    message = gettext_noop("It was changed since, or fits no longer: it stays as it is")
    cells = {(step.sku, column_of_field(step) or _follower(step)) for step in kept}
    return (RowFault(image.rows[sku], column, message, sku) for sku, column in sorted(cells))


def _follower(step: Difference) -> str:
    """The column from which a field came that no person reads."""
    if step.of == Of.PRODUCT:
        return "option1"
    return "sale_price" if step.field.startswith("sale_") else "variant"


def _moved_since(short: Iterable[Moved], image: Image) -> Iterable[RowFault]:
    message = gettext_noop("Some of these units are promised or gone: those that were free went")
    return (RowFault(image.rows[move.sku], "stock", message, move.sku) for move in short)


async def _tell(tx: TenantTx, job: ImportJob, faults: Sequence[RowFault]) -> None:
    """The first thousand."""
    told = faults[: max(0, MOST_ERRORS_KEPT - job.kept)]
    job.kept += len(faults)
    if told:
        rows = [{"id": new_id(), "job_id": job.id, **asdict(fault)} for fault in told]
        await queries.add_row_errors(tx, [{**row, "of_undo": True} for row in rows])
