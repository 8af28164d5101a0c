"""Transfers and stocktakes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, bindparam, delete, func, insert, select, text

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import Page, page_of, read_cursor
from kram.shop.catalog.models import Product, Variant
from kram.shop.inventory.models import DocumentKind, StockDocument, StockDocumentLine

# What the books say is read in the statement that writes it down: no shipment falls in between.
_COUNT = text(
    """
    INSERT INTO stock_document_line (document_id, variant_id, quantity, expected, counted_at)
    SELECT CAST(:document AS uuid), line.variant_id, line.quantity, coalesce(stock.on_hand, 0),
           CAST(:now AS timestamptz)
    FROM unnest(CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]))
         AS line (variant_id, quantity)
    LEFT JOIN stock ON stock.variant_id = line.variant_id AND stock.warehouse_id = :warehouse
    ORDER BY line.variant_id
    ON CONFLICT (document_id, variant_id) DO UPDATE
        SET quantity = excluded.quantity, expected = excluded.expected,
            counted_at = excluded.counted_at
    """
)

_KNOWN = select(Variant.id).where(Variant.id == any_(bindparam("variants", type_=ARRAY(Uuid()))))


async def known_variants(tx: TenantRead, variant_ids: Collection[UUID]) -> set[UUID]:
    return set(await tx.scalars(_KNOWN, {"variants": list(variant_ids)}))


async def write_lines(tx: TenantTx, document_id: UUID, units: Mapping[UUID, int]) -> None:
    rows = [
        {"document_id": document_id, "variant_id": variant_id, "quantity": quantity}
        for variant_id, quantity in units.items()
    ]
    await tx.execute(insert(StockDocumentLine), rows)


async def count(tx: TenantTx, document: StockDocument, counted: Mapping[UUID, int]) -> None:
    await tx.execute(
        _COUNT,
        {
            "document": document.id,
            "warehouse": document.warehouse_id,
            "variants": list(counted),
            "quantities": list(counted.values()),
            "now": tx.now,
        },
    )


async def uncount(tx: TenantTx, document_id: UUID, variant_id: UUID) -> None:
    await tx.execute(
        delete(StockDocumentLine).where(
            StockDocumentLine.document_id == document_id,
            StockDocumentLine.variant_id == variant_id,
        )
    )


async def count_lines(tx: TenantRead, document_id: UUID) -> int:
    query = select(func.count()).where(StockDocumentLine.document_id == document_id)
    return int(await tx.scalar(query))


async def lines(tx: TenantRead, document_id: UUID) -> Sequence[Row[Any]]:
    """Rows (variant_id, quantity, expected, sku, title, variant_title), the last counted first."""
    query = (
        select(
            StockDocumentLine.variant_id,
            StockDocumentLine.quantity,
            StockDocumentLine.expected,
            Variant.sku,
            Product.title,
            Variant.title.label("variant_title"),
        )
        .join(Variant, Variant.id == StockDocumentLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(StockDocumentLine.document_id == document_id)
        .order_by(StockDocumentLine.counted_at.desc().nulls_last(), Variant.sku)
    )
    found: Sequence[Any] = (await tx.execute(query)).all()
    return found


async def documents_page(
    tx: TenantRead, kind: DocumentKind, *, cursor: str | None = None, limit: int
) -> Page[StockDocument]:
    """The newest first. Raises: BadCursor."""
    query = select(StockDocument).where(StockDocument.kind == kind)
    if cursor is not None:
        [last] = read_cursor(cursor, tuple[UUID])
        query = query.where(StockDocument.id < last)
    found = await tx.scalars(query.order_by(StockDocument.id.desc()).limit(limit + 1))
    return page_of(found.all(), limit, lambda document: (document.id,))


async def document(tx: TenantRead, kind: DocumentKind, document_id: UUID) -> StockDocument | None:
    found = await tx.get(StockDocument, document_id)
    return found if found is not None and found.kind == kind else None
