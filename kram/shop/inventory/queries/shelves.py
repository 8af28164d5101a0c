"""Units on shelves, and the ledger."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, bindparam, func, select, text

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory.models import WHOLE_SHOP, Stock, StockMove

# The key lock on the places meets the lock of who removes one: nothing is put where nobody looks.
_OPEN = text(
    """
    WITH place AS (
        SELECT id FROM warehouse
        WHERE id = ANY (CAST(:warehouses AS uuid[])) AND removed_at IS NULL
        ORDER BY id
        FOR KEY SHARE
    ), opened AS (
        INSERT INTO stock (variant_id, warehouse_id)
        SELECT line.variant_id, place.id
        FROM unnest(CAST(:variants AS uuid[])) AS line (variant_id) CROSS JOIN place
        ORDER BY line.variant_id, place.id
        ON CONFLICT DO NOTHING
    )
    SELECT id FROM place
    """
)

# The key lock on the variants meets the lock of who makes one of them a pool of keys, or ceases to.
_ADJUST = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(
            CAST(:variants AS uuid[]), CAST(:warehouses AS uuid[]), CAST(:deltas AS bigint[])
        ) AS line (variant_id, warehouse_id, delta)
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved,
               stock.on_hand - stock.reserved AS free, warehouse.is_active,
               coalesce(asked.delta, 0) AS delta,
               variant.kind = 'keys' AND stock.variant_id = ANY (CAST(:guarded AS uuid[]))
                   AS of_keys
        FROM stock
        JOIN variant ON variant.id = stock.variant_id
        JOIN warehouse ON warehouse.id = stock.warehouse_id
        LEFT JOIN asked ON asked.variant_id = stock.variant_id
                       AND asked.warehouse_id = stock.warehouse_id
        WHERE stock.variant_id = ANY (CAST(:variants AS uuid[]))
        ORDER BY stock.variant_id, stock.warehouse_id
        FOR UPDATE OF stock FOR KEY SHARE OF variant
    ), verdict AS (
        SELECT bool_and(free + delta >= 0 OR delta = 0) AND NOT bool_or(of_keys) AS enough
        FROM locked
    ), changed AS (
        UPDATE stock
        SET on_hand = locked.on_hand + locked.delta, reserved = locked.reserved
        FROM locked, verdict
        WHERE enough AND delta <> 0
          AND stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT locked.variant_id, locked.warehouse_id, locked.delta, locked.free, locked.is_active,
           locked.of_keys, verdict.enough, coalesce(own.low_at, shop.low_at) AS low_at
    FROM verdict CROSS JOIN locked
    LEFT JOIN stock_policy AS own ON own.variant_id = locked.variant_id
    LEFT JOIN stock_policy AS shop ON shop.variant_id = :shop
    """
)

_WRITE_MOVES = text(
    """
    INSERT INTO stock_move
        (id, variant_id, warehouse_id, delta, cause, actor, document_id, note, created_at)
    SELECT line.id, line.variant_id, line.warehouse_id, line.delta, :cause, :actor,
           CAST(:document AS uuid), :note, CAST(:now AS timestamptz)
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:warehouses AS uuid[]),
        CAST(:deltas AS bigint[])
    ) AS line (id, variant_id, warehouse_id, delta)
    """
)

_LOCK = text(
    """
    SELECT stock.variant_id, stock.warehouse_id, stock.on_hand,
           stock.on_hand - stock.reserved AS free, warehouse.is_active,
           (SELECT kind FROM variant WHERE id = stock.variant_id) = 'keys' AS of_keys
    FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id
    WHERE stock.variant_id = ANY (CAST(:variants AS uuid[]))
    ORDER BY stock.variant_id, stock.warehouse_id
    FOR UPDATE OF stock
    """
)

# One array parameter: the text, and so its plan, is the same for any number of variants.
_LEVELS = HotStatement(
    """
    SELECT line.variant_id, coalesce(units.on_hand, 0) AS on_hand,
           coalesce(units.reserved, 0) AS reserved, coalesce(units.free, 0) AS free,
           coalesce(own.backordered, 0) AS backordered, own.backorder_limit,
           coalesce(own.selling, 'in_stock') AS selling, own.available_from,
           own.low_at AS own_low_at, shop.low_at AS shop_low_at
    FROM unnest(CAST(:variants AS uuid[])) AS line (variant_id)
    LEFT JOIN LATERAL (
        SELECT CAST(sum(stock.on_hand) AS bigint) AS on_hand,
               CAST(sum(stock.reserved) AS bigint) AS reserved,
               CAST(sum(stock.on_hand - stock.reserved) FILTER (WHERE warehouse.is_active)
                    AS bigint) AS free
        FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id
        WHERE stock.variant_id = line.variant_id
    ) AS units ON true
    LEFT JOIN stock_policy AS own ON own.variant_id = line.variant_id
    LEFT JOIN stock_policy AS shop ON shop.variant_id = :shop
    """
)

_BY_PLACE = (
    select(Stock.variant_id, Stock.warehouse_id, Stock.on_hand, Stock.reserved)
    .where(Stock.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid()))))
    .order_by(Stock.variant_id, Stock.warehouse_id)
)


async def open_rows(
    tx: TenantTx, variant_ids: Collection[UUID], warehouse_ids: Collection[UUID]
) -> set[UUID]:
    """A row of zero units wherever there is none yet; the places that exist."""
    values = {"variants": list(variant_ids), "warehouses": list(warehouse_ids)}
    return {row.id for row in await tx.execute(_OPEN, values)}


async def adjust(
    tx: TenantTx, deltas: Mapping[tuple[UUID, UUID], int], guarded: Collection[UUID]
) -> Sequence[Row[Any]]:
    """Deltas by (variant, warehouse), changed all if there is enough, else none; none also if one
    of the `guarded` variants is a pool of keys.

    All rows of the variants: (variant_id, warehouse_id, delta, free before, is_active, of_keys,
    enough, low_at).
    """
    values = {
        "variants": [variant_id for variant_id, _ in deltas],
        "warehouses": [warehouse_id for _, warehouse_id in deltas],
        "deltas": list(deltas.values()),
        "guarded": list(guarded),
        "shop": WHOLE_SHOP,
    }
    return (await tx.execute(_ADJUST, values)).all()


async def lock_rows(tx: TenantTx, variant_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Rows (variant_id, warehouse_id, on_hand, free, is_active, of_keys), ours until the commit."""
    return (await tx.execute(_LOCK, {"variants": list(variant_ids)})).all()


async def write_moves(tx: TenantTx, moves: Mapping[str, Any]) -> None:
    """Of one cause and document: lists of ids, variants, warehouses, deltas, and the rest."""
    await tx.execute(_WRITE_MOVES, moves)


async def levels(tx: TenantRead, variant_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """A row a variant, over all warehouses; `free` counts the active ones alone."""
    values = {"variants": list(variant_ids), "shop": WHOLE_SHOP}
    return await tx.rows(_LEVELS, values)


async def by_place(
    tx: TenantRead, variant_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, tuple[int, int]]]:
    """(on hand, reserved) by variant and warehouse."""
    found: dict[UUID, dict[UUID, tuple[int, int]]] = {}
    for row in await tx.execute(_BY_PLACE, {"variants": list(variant_ids)}):
        found.setdefault(row.variant_id, {})[row.warehouse_id] = (row.on_hand, row.reserved)
    return found


async def moves(
    tx: TenantRead, variant_id: UUID, limit: int, *, before: UUID | None = None
) -> Sequence[StockMove]:
    """The newest first; `before` is the last id of the page before."""
    query = select(StockMove).where(StockMove.variant_id == variant_id)
    if before is not None:
        query = query.where(StockMove.id < before)
    return (await tx.scalars(query.order_by(StockMove.id.desc()).limit(limit))).all()


async def ledger_difference(tx: TenantRead) -> int:
    """How many shelves hold another number of units than their moves add up to: always 0."""
    return int(await tx.scalar(_DIFFERENCE))


_SUMS = (
    select(
        StockMove.variant_id,
        StockMove.warehouse_id,
        func.sum(StockMove.delta).label("units"),
    )
    .group_by(StockMove.variant_id, StockMove.warehouse_id)
    .subquery("sums")
)
_DIFFERENCE = (
    select(func.count())
    .select_from(Stock)
    .join(
        _SUMS,
        (_SUMS.c.variant_id == Stock.variant_id) & (_SUMS.c.warehouse_id == Stock.warehouse_id),
        full=True,
    )
    .where(func.coalesce(Stock.on_hand, 0) != func.coalesce(_SUMS.c.units, 0))
)
