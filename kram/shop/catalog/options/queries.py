"""Statements on many variants: each is one, however many variants it changes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.catalog.models import Variant
from kram.shop.catalog.options.changes import Priced
from kram.shop.catalog.options.matrix import Known, Row

_WRITE_ROWS = text(
    """
    INSERT INTO variant (id, product_id, sku, title, choice, price_minor, currency, position,
                         archived_at)
    SELECT row.id, :product, row.sku, row.title, nullif(row.choice, ''), :price, :currency,
           row.position, CASE WHEN row.archived THEN CAST(:now AS timestamptz) END
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:skus AS text[]), CAST(:titles AS text[]),
        CAST(:choices AS text[]), CAST(:positions AS bigint[]), CAST(:archived AS boolean[])
    ) AS row (id, sku, title, choice, position, archived)
    ON CONFLICT (id) DO UPDATE SET
        title = excluded.title, choice = excluded.choice, position = excluded.position,
        archived_at = excluded.archived_at
    """
)

# The record of the row as it is, overwritten by what the JSON names: a key that is missing keeps
# its column, a null empties it.
_CHANGE = text(
    """
    UPDATE variant
    SET (sku, price_minor, barcode, weight_grams, length_mm, width_mm, height_mm,
         compare_at_minor, cost_minor, sale_minor, sale_from, sale_until, media_id, attributes,
         archived_at)
      = (SELECT new.sku, new.price_minor, new.barcode, new.weight_grams, new.length_mm,
                new.width_mm, new.height_mm, new.compare_at_minor, new.cost_minor, new.sale_minor,
                new.sale_from, new.sale_until, new.media_id, new.attributes, new.archived_at
         FROM jsonb_populate_record(variant, change.fields) AS new)
    FROM jsonb_to_recordset(CAST(:changes AS jsonb)) AS change (id uuid, fields jsonb)
    WHERE variant.id = change.id AND variant.product_id = :product
    """
)


async def known_variants(tx: TenantRead, product_id: UUID) -> list[Known]:
    """The archived ones too, in order."""
    found = await tx.execute(
        select(Variant.id, Variant.sku, Variant.title, Variant.choice, Variant.archived_at)
        .where(Variant.product_id == product_id)
        .order_by(Variant.position, Variant.id)
    )
    return [
        Known(row.id, row.sku, row.title, row.choice, row.archived_at is not None) for row in found
    ]


async def priced_variants(tx: TenantRead, product_id: UUID) -> dict[UUID, Priced]:
    found = await tx.execute(
        select(
            Variant.id,
            Variant.sku,
            Variant.price_minor,
            Variant.sale_minor,
            Variant.sale_from,
            Variant.archived_at,
        )
        .where(Variant.product_id == product_id)
        .order_by(Variant.position, Variant.id)
    )
    return {row.id: Priced(*row) for row in found}


async def first_price(tx: TenantRead, product_id: UUID) -> tuple[int, str]:
    """Minor units and currency of the first variant on sale, else of the first of all."""
    found = await tx.execute(
        select(Variant.price_minor, Variant.currency)
        .where(Variant.product_id == product_id)
        .order_by(Variant.archived_at.is_not(None), Variant.position, Variant.id)
        .limit(1)
    )
    price, currency = found.one()
    return price, currency


async def write_rows(
    tx: TenantTx, product_id: UUID, rows: Sequence[Row], price_minor: int, currency: str
) -> None:
    """Makes and changes variants; the price is for the new ones alone."""
    await tx.execute(
        _WRITE_ROWS,
        {
            "product": product_id,
            "price": price_minor,
            "currency": currency,
            "now": tx.now,
            "ids": [row.id for row in rows],
            "skus": [row.sku for row in rows],
            "titles": [row.title for row in rows],
            "choices": [row.choice for row in rows],
            "positions": [row.position for row in rows],
            "archived": [row.is_archived for row in rows],
        },
    )


async def change_variants(
    tx: TenantTx, product_id: UUID, changes: Sequence[tuple[UUID, dict[str, Any]]]
) -> None:
    rows = [{"id": str(variant_id), "fields": fields} for variant_id, fields in changes]
    await tx.execute(
        _CHANGE, {"product": product_id, "changes": msgspec.json.encode(rows).decode()}
    )
