"""Goods are counted while the shop goes on selling.

Each count is held against what the books say in that moment; the difference is what is written when
the document ends, as a delta. So whatever is sold, received or moved meanwhile stays as it is.
"""

from collections.abc import Mapping
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory.errors import DocumentEmpty
from kram.shop.inventory.models import DocumentKind, DocumentState, MoveCause, StockDocument
from kram.shop.inventory.queries import documents
from kram.shop.inventory.rules import check_counted
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


async def start(tx: TenantTx, warehouse_id: UUID, actor: Actor, *, note: str = "") -> StockDocument:
    """Nothing is stopped by it. Raises: WarehouseMissing."""
    await check_place(tx, warehouse_id)
    document = StockDocument(
        id=new_id(),
        kind=DocumentKind.STOCKTAKE,
        state=DocumentState.OPEN,
        warehouse_id=warehouse_id,
        note=note.strip()[:LONGEST_NOTE],
        actor_name=actor.name,
        created_at=tx.now,
    )
    tx.add(document)
    await tx.flush()
    return document


async def count(tx: TenantTx, document_id: UUID, counted: Mapping[UUID, int]) -> StockDocument:
    """Units on the shelf this moment; a later count of the same goods takes the place of this one.

    Raises: DocumentMissing, DocumentClosed, DocumentEmpty, QuantityInvalid, VariantMissing.
    """
    if not 0 < len(counted) <= MOST_LINES:
        raise DocumentEmpty
    check_counted(counted)
    document = await lock_open(tx, DocumentKind.STOCKTAKE, document_id)
    await check_variants(tx, counted)
    await documents.count(tx, document, counted)
    return document


async def uncount(tx: TenantTx, document_id: UUID, variant_id: UUID) -> None:
    """As if it had not been counted. Raises: DocumentMissing, DocumentClosed."""
    document = await lock_open(tx, DocumentKind.STOCKTAKE, document_id)
    await documents.uncount(tx, document.id, variant_id)


async def finish(tx: TenantTx, document_id: UUID, actor: Actor) -> StockDocument:
    """Writes the differences, all or none; again changes nothing.

    Raises: DocumentMissing, DocumentClosed (cancelled), StockTooLow (what is missing is promised
    to orders: cancel those, or count again).
    """
    document = await lock_document(tx, DocumentKind.STOCKTAKE, document_id)
    if document.state == DocumentState.DONE:
        return document
    await lock_open(tx, DocumentKind.STOCKTAKE, document_id)
    deltas = {
        (line.variant_id, document.warehouse_id): line.quantity - line.expected
        for line in await documents.lines(tx, document.id)
        if line.quantity != line.expected
    }
    if deltas:
        await shift(
            tx, deltas, MoveCause.COUNTED, actor, document_id=document.id, note=document.note
        )
    return end(tx, document, DocumentState.DONE)


async def cancel(tx: TenantTx, document_id: UUID) -> StockDocument:
    """Nothing is written; again changes nothing. Raises: DocumentMissing, DocumentClosed (done)."""
    document = await lock_document(tx, DocumentKind.STOCKTAKE, document_id)
    if document.state == DocumentState.CANCELLED:
        return document
    await lock_open(tx, DocumentKind.STOCKTAKE, document_id)
    return end(tx, document, DocumentState.CANCELLED)
