"""What transfers and stocktakes have in common."""

from collections.abc import Collection
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.errors import VariantMissing
from kram.shop.inventory.errors import DocumentClosed, DocumentMissing, WarehouseMissing
from kram.shop.inventory.models import DocumentKind, DocumentState, StockDocument
from kram.shop.inventory.queries import documents, places

MOST_LINES = 1000
"""Of one transfer, and of one message of counted goods."""


async def lock_document(tx: TenantTx, kind: DocumentKind, document_id: UUID) -> StockDocument:
    """Ours until the commit. Raises: DocumentMissing."""
    found = await tx.get(StockDocument, document_id, lock=True)
    if found is None or found.kind != kind:
        raise DocumentMissing
    return found


async def lock_open(tx: TenantTx, kind: DocumentKind, document_id: UUID) -> StockDocument:
    """Raises: DocumentMissing, DocumentClosed."""
    document = await lock_document(tx, kind, document_id)
    if document.state != DocumentState.OPEN:
        raise DocumentClosed
    return document


async def check_place(tx: TenantTx, warehouse_id: UUID) -> None:
    """It stands, and does until the commit. Raises: WarehouseMissing."""
    if not await places.keep_warehouse(tx, warehouse_id):
        raise WarehouseMissing


async def check_variants(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """Raises: VariantMissing."""
    if set(variant_ids) - await documents.known_variants(tx, variant_ids):
        raise VariantMissing


def end(tx: TenantTx, document: StockDocument, state: DocumentState) -> StockDocument:
    document.state, document.ended_at = state, tx.now
    return document
