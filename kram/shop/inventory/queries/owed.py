"""Units that were promised before they were there."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.inventory.models import Reservation, ReservationState

_LOCK_AWAITED = text(
    """
    SELECT id, variant_id, quantity FROM reservation
    WHERE order_id = :order AND state = 'awaited'
    ORDER BY variant_id
    FOR UPDATE
    """
)

_CANCEL = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:quantities AS bigint[])
        ) AS line (id, variant_id, quantity)
    ), policies AS (
        SELECT policy.variant_id, policy.backordered, policy.selling, policy.backorder_limit
        FROM stock_policy AS policy JOIN asked ON asked.variant_id = policy.variant_id
        ORDER BY policy.variant_id
        FOR UPDATE OF policy
    ), ended AS (
        UPDATE reservation
        SET state = CASE WHEN reservation.quantity = asked.quantity THEN 'released'
                         ELSE 'awaited' END,
            quantity = CASE WHEN reservation.quantity = asked.quantity THEN asked.quantity
                            ELSE reservation.quantity - asked.quantity END
        FROM asked WHERE reservation.id = asked.id
    ), settled AS (
        UPDATE stock_policy SET backordered = policies.backordered - asked.quantity
        FROM policies JOIN asked ON asked.variant_id = policies.variant_id
        WHERE stock_policy.variant_id = policies.variant_id
    )
    SELECT variant_id, selling <> 'in_stock' AND backorder_limit = backordered AS was_full
    FROM policies
    """
)

# Free units and waiting orders are laid along one line per variant, the first warehouse and the
# oldest order first; where a span of one lies over a span of the other, units change hands.
_FILL = text(
    """
    WITH free AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand - stock.reserved AS units,
               CAST(sum(stock.on_hand - stock.reserved) OVER (
                   PARTITION BY stock.variant_id ORDER BY warehouse.position, warehouse.id
               ) AS bigint) AS through
        FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id AND warehouse.is_active
        WHERE stock.variant_id = ANY (CAST(:variants AS uuid[])) AND stock.on_hand > stock.reserved
    ), reached AS (
        SELECT id, order_id, variant_id, quantity, expires_at FROM reservation
        WHERE state = 'awaited' AND variant_id = ANY (CAST(:variants AS uuid[]))
        ORDER BY variant_id, order_id
        FOR UPDATE SKIP LOCKED
    ), waiting AS (
        SELECT reached.*, CAST(sum(quantity) OVER (
            PARTITION BY variant_id ORDER BY order_id
        ) AS bigint) AS through
        FROM reached
    ), given AS (
        SELECT waiting.id, waiting.order_id, waiting.variant_id, waiting.quantity,
               waiting.expires_at, free.warehouse_id,
               least(free.through, waiting.through)
               - greatest(free.through - free.units, waiting.through - waiting.quantity) AS units
        FROM free JOIN waiting ON waiting.variant_id = free.variant_id
        WHERE least(free.through, waiting.through)
              > greatest(free.through - free.units, waiting.through - waiting.quantity)
    ), promised AS (
        INSERT INTO reservation
               (id, order_id, variant_id, warehouse_id, quantity, state, expires_at)
        SELECT gen_random_uuid(), order_id, variant_id, warehouse_id, units, 'held', expires_at
        FROM given
        ON CONFLICT (order_id, variant_id, warehouse_id) DO UPDATE
            SET quantity = excluded.quantity + CASE
                    WHEN reservation.state = 'held' THEN reservation.quantity ELSE 0
                END,
                shipped = reservation.shipped + CASE
                    WHEN reservation.state = 'taken' THEN reservation.quantity ELSE 0
                END,
                state = 'held', expires_at = excluded.expires_at
    ), by_order AS (
        SELECT id, order_id, variant_id, quantity, CAST(sum(units) AS bigint) AS units
        FROM given GROUP BY id, order_id, variant_id, quantity
    ), ended AS (
        UPDATE reservation
        SET state = CASE WHEN units = by_order.quantity THEN 'released' ELSE 'awaited' END,
            quantity = CASE WHEN units = by_order.quantity THEN units
                            ELSE by_order.quantity - units END
        FROM by_order WHERE reservation.id = by_order.id
    ), held AS (
        UPDATE stock SET reserved = stock.reserved + taken.units
        FROM (
            SELECT variant_id, warehouse_id, CAST(sum(units) AS bigint) AS units
            FROM given GROUP BY variant_id, warehouse_id
        ) AS taken
        WHERE stock.variant_id = taken.variant_id AND stock.warehouse_id = taken.warehouse_id
    ), settled AS (
        UPDATE stock_policy SET backordered = backordered - filled.units
        FROM (
            SELECT variant_id, CAST(sum(units) AS bigint) AS units FROM by_order GROUP BY variant_id
        ) AS filled
        WHERE stock_policy.variant_id = filled.variant_id
    )
    SELECT order_id, variant_id, units FROM by_order ORDER BY order_id, variant_id
    """
)


async def lock_awaited(tx: TenantTx, order_id: UUID) -> Sequence[Row[Any]]:
    """Rows (id, variant_id, quantity); units that arrive are not given to this order meanwhile.

    A statement of its own, before the held ones are looked at: those that an arrival has just given
    to the order are seen by the next statement only.
    """
    return (await tx.execute(_LOCK_AWAITED, {"order": order_id})).all()


async def cancel(tx: TenantTx, lines: Sequence[tuple[UUID, UUID, int]]) -> Sequence[Row[Any]]:
    """Of (reservation, variant, quantity) locked before. Rows (variant_id, was_full)."""
    values = {
        "ids": [line[0] for line in lines],
        "variants": [line[1] for line in lines],
        "quantities": [line[2] for line in lines],
    }
    return (await tx.execute(_CANCEL, values)).all()


async def fill(tx: TenantTx, variant_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Gives free units to who waits; rows (order_id, variant_id, units), the oldest order first.

    The stock's and then the policies' rows of the variants are locked by statements before this.
    An order that somebody is changing is passed over.
    """
    return (await tx.execute(_FILL, {"variants": list(variant_ids)})).all()


async def awaited(tx: TenantRead, order_ids: Collection[UUID]) -> dict[UUID, dict[UUID, int]]:
    """Units by order and variant that are still to come."""
    found = await tx.execute(
        select(
            Reservation.order_id,
            Reservation.variant_id,
            func.sum(Reservation.quantity).label("units"),
        )
        .where(
            Reservation.order_id.in_(order_ids),
            Reservation.state == ReservationState.AWAITED,
        )
        .group_by(Reservation.order_id, Reservation.variant_id)
    )
    by_order: dict[UUID, dict[UUID, int]] = {}
    for row in found:
        by_order.setdefault(row.order_id, {})[row.variant_id] = int(row.units)
    return by_order
