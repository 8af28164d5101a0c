"""Units on their way from one warehouse to another.

They leave one when they are sent and come into the other when they arrive; in between they are the
lines of an open document, which is how none is lost. At once is both in one transaction.
"""

from collections.abc import Mapping
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory.errors import DocumentEmpty, SamePlace
from kram.shop.inventory.models import DocumentKind, DocumentState, MoveCause, StockDocument
from kram.shop.inventory.queries import documents
from kram.shop.inventory.rules import check_wanted
from kram.shop.inventory.service.documents import (
    MOST_LINES,
    check_place,
    check_variants,
    end,
    lock_document,
    lock_open,
)
from kram.shop.inventory.service.ledger import LONGEST_NOTE
from kram.shop.inventory.service.shift import shift
from kram.tenants.actor import Actor


async def send(
    tx: TenantTx,
    from_id: UUID,
    to_id: UUID,
    units: Mapping[UUID, int],
    actor: Actor,
    *,
    note: str = "",
    at_once: bool = False,
) -> StockDocument:
    """The free units leave the first place; with `at_once` they are in the second one too.

    Raises: SamePlace, DocumentEmpty, QuantityInvalid, WarehouseMissing, VariantMissing,
    StockTooLow.
    """
    await _check(tx, from_id, to_id, units)
    document = StockDocument(
        id=new_id(),
        kind=DocumentKind.TRANSFER,
        state=DocumentState.OPEN,
        warehouse_id=from_id,
        to_warehouse_id=to_id,
        note=note.strip()[:LONGEST_NOTE],
        actor_name=actor.name,
        created_at=tx.now,
    )
    tx.add(document)
    await tx.flush()
    await documents.write_lines(tx, document.id, units)
    deltas = {(variant_id, from_id): -quantity for variant_id, quantity in units.items()}
    if at_once:
        deltas |= {(variant_id, to_id): quantity for variant_id, quantity in units.items()}
        end(tx, document, DocumentState.DONE)
    await _shift(tx, document, deltas, actor)
    return document


async def arrive(tx: TenantTx, document_id: UUID, actor: Actor) -> StockDocument:
    """The units are in the second place; again changes nothing.

    Raises: DocumentMissing, DocumentClosed (it was cancelled).
    """
    document = await lock_document(tx, DocumentKind.TRANSFER, document_id)
    if document.state == DocumentState.DONE:
        return document
    return await _end(tx, document_id, DocumentState.DONE, actor)


async def cancel(tx: TenantTx, document_id: UUID, actor: Actor) -> StockDocument:
    """The units are back where they came from; again changes nothing.

    Raises: DocumentMissing, DocumentClosed (they have arrived).
    """
    document = await lock_document(tx, DocumentKind.TRANSFER, document_id)
    if document.state == DocumentState.CANCELLED:
        return document
    return await _end(tx, document_id, DocumentState.CANCELLED, actor)


async def _end(
    tx: TenantTx, document_id: UUID, state: DocumentState, actor: Actor
) -> StockDocument:
    document = await lock_open(tx, DocumentKind.TRANSFER, document_id)
    back = state is DocumentState.CANCELLED
    place = document.warehouse_id if back else document.to_warehouse_id
    assert place is not None, "a transfer leads somewhere"
    lines = await documents.lines(tx, document.id)
    await _shift(tx, document, {(line.variant_id, place): line.quantity for line in lines}, actor)
    return end(tx, document, state)


async def _shift(
    tx: TenantTx, document: StockDocument, deltas: Mapping[tuple[UUID, UUID], int], actor: Actor
) -> None:
    await shift(
        tx,
        deltas,
        MoveCause.TRANSFERRED,
        actor,
        document_id=document.id,
        note=document.note,
    )


async def _check(tx: TenantTx, from_id: UUID, to_id: UUID, units: Mapping[UUID, int]) -> None:
    if from_id == to_id:
        raise SamePlace
    if not 0 < len(units) <= MOST_LINES:
        raise DocumentEmpty
    check_wanted(units)
    for place in sorted((from_id, to_id)):
        await check_place(tx, place)
    await check_variants(tx, units)
