"""The staff's list of goods by how many units are left."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from kram.kit.db.tx import TenantRead
from kram.kit.pagination import Page, page_of, read_cursor
from kram.shop.catalog.words import patterns
from kram.shop.inventory.models import WHOLE_SHOP


class Left(StrEnum):
    """What the list is narrowed to: `LOW` and `OUT` are told by the units free for sale."""

    ALL = "all"
    LOW = "low"
    OUT = "out"


_GOODS = text(
    """
    SELECT variant.id AS variant_id, variant.product_id, variant.sku, product.title,
           variant.title AS variant_title, units.on_hand, units.reserved, units.free,
           coalesce(own.backordered, 0) AS backordered, own.backorder_limit,
           coalesce(own.selling, 'in_stock') AS selling, own.available_from,
           own.low_at AS own_low_at, shop.low_at AS shop_low_at
    FROM variant
    JOIN product ON product.id = variant.product_id
    CROSS JOIN LATERAL (
        SELECT CAST(coalesce(sum(stock.on_hand), 0) AS bigint) AS on_hand,
               CAST(coalesce(sum(stock.reserved), 0) AS bigint) AS reserved,
               CAST(coalesce(sum(stock.on_hand - stock.reserved)
                    FILTER (WHERE warehouse.is_active), 0) AS bigint) AS free
        FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id
        WHERE stock.variant_id = variant.id
    ) AS units
    LEFT JOIN stock_policy AS own ON own.variant_id = variant.id
    LEFT JOIN stock_policy AS shop ON shop.variant_id = :shop
    WHERE variant.archived_at IS NULL AND variant.kind = 'goods' AND product.status <> 'archived'
      AND variant.sku > :after
      AND variant.sku || ' ' || variant.barcode || ' ' || product.title || ' ' || variant.title
          ILIKE ALL (CAST(:patterns AS text[]))
      AND CASE :left
              WHEN 'out' THEN units.free <= 0
              WHEN 'low' THEN units.free > 0 AND units.free <= coalesce(own.low_at, shop.low_at)
              ELSE true
          END
    ORDER BY variant.sku
    LIMIT :size
    """
)

_NAMES = text(
    """
    SELECT variant.id AS variant_id, variant.product_id, variant.sku, product.title,
           variant.title AS variant_title
    FROM variant JOIN product ON product.id = variant.product_id
    WHERE variant.id = ANY (CAST(:variants AS uuid[]))
    """
)

# The SKU goes before the barcode, where one's is the other's.
_BY_CODES = text(
    """
    SELECT DISTINCT ON (line.code) line.code, variant.id
    FROM unnest(CAST(:codes AS text[])) AS line (code)
    JOIN variant ON variant.sku = line.code OR variant.barcode = line.code
    WHERE variant.archived_at IS NULL AND variant.kind = 'goods'
    ORDER BY line.code, variant.sku = line.code DESC, variant.id
    """
)

_COUNTS = text(
    """
    SELECT count(*) FILTER (WHERE units.free <= 0) AS out,
           count(*) FILTER (
               WHERE units.free > 0 AND units.free <= coalesce(own.low_at, shop.low_at)
           ) AS low,
           count(*) AS all
    FROM variant
    JOIN product ON product.id = variant.product_id
    LEFT JOIN (
        SELECT stock.variant_id, sum(stock.on_hand - stock.reserved) AS free
        FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id AND warehouse.is_active
        GROUP BY stock.variant_id
    ) AS counted ON counted.variant_id = variant.id
    CROSS JOIN LATERAL (SELECT coalesce(counted.free, 0) AS free) AS units
    LEFT JOIN stock_policy AS own ON own.variant_id = variant.id
    LEFT JOIN stock_policy AS shop ON shop.variant_id = :shop
    WHERE variant.archived_at IS NULL AND variant.kind = 'goods' AND product.status <> 'archived'
    """
)


async def goods_page(
    tx: TenantRead, *, left: Left = Left.ALL, q: str = "", cursor: str | None = None, limit: int
) -> Page[Row[Any]]:
    """By SKU; every word of `q` stands in SKU, barcode or title. Rows as `level_of` takes them,
    with their names. Raises: BadCursor."""
    after = read_cursor(cursor, tuple[str])[0] if cursor is not None else ""
    values = {
        "shop": WHOLE_SHOP,
        "after": after,
        "patterns": patterns(q),
        "left": left.value,
        "size": limit + 1,
    }
    rows = (await tx.execute(_GOODS, values)).all()
    return page_of(rows, limit, lambda row: (row.sku,))


async def count_goods(tx: TenantRead) -> dict[Left, int]:
    row = (await tx.execute(_COUNTS, {"shop": WHOLE_SHOP})).one()
    return {Left.ALL: row.all, Left.LOW: row.low, Left.OUT: row.out}


async def names_of(tx: TenantRead, variant_ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """Rows (variant_id, product_id, sku, title, variant_title), the archived ones too."""
    found = await tx.execute(_NAMES, {"variants": list(variant_ids)})
    return {row.variant_id: row for row in found}


async def variants_by_code(tx: TenantRead, codes: Collection[str]) -> dict[str, UUID]:
    """Of SKUs or barcodes, as a scanner or a person typed them."""
    found = await tx.execute(_BY_CODES, {"codes": sorted(set(codes) - {""})})
    return {row.code: row.id for row in found}
