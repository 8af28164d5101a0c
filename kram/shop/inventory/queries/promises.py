"""What orders hold: promised, given back, taken away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text, update

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory.models import NOWHERE, WHOLE_SHOP, Reservation, ReservationState

# FOR UPDATE yields the newest version of a row it had to wait for; the UPDATE of the same statement
# first sees the version of the statement's beginning. So it may neither filter by amounts (it would
# drop a row that had too few units then and has enough now) nor compute with its own ones (the
# CHECK judges that first attempt): it finds rows by key and writes what was locked.
#
# For the many shops with one warehouse and nothing sold before it is there. Where that is not so,
# `lone` is empty, no row is locked or changed, and `settled` says so.
_RESERVE_PLAINLY = HotStatement(
    """
    WITH wanted AS (
        SELECT * FROM unnest(
            CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]), CAST(:ids AS uuid[])
        ) AS line (variant_id, quantity, id)
    ), lone AS (
        SELECT id FROM warehouse
        WHERE is_active
          AND NOT EXISTS (
              SELECT FROM warehouse AS other WHERE other.is_active AND other.id <> warehouse.id
          )
          AND NOT EXISTS (
              SELECT FROM stock_policy
              WHERE variant_id = ANY (CAST(:variants AS uuid[])) AND selling <> 'in_stock'
          )
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved,
               stock.on_hand - stock.reserved AS free, wanted.quantity, wanted.id
        FROM stock JOIN wanted ON wanted.variant_id = stock.variant_id
        WHERE stock.warehouse_id = (SELECT id FROM lone)
        ORDER BY stock.variant_id
        FOR UPDATE OF stock
    ), verdict AS (
        SELECT count(*) = :lines AND coalesce(bool_and(free >= quantity), false) AS enough,
               EXISTS (
                   SELECT FROM reservation WHERE order_id = :order AND state <> 'released'
               ) AS already
        FROM locked
    ), promised AS (
        INSERT INTO reservation (id, order_id, variant_id, warehouse_id, quantity, expires_at)
        SELECT id, CAST(:order AS uuid), variant_id, warehouse_id, quantity,
               CAST(:expires_at AS timestamptz)
        FROM locked, verdict WHERE enough AND NOT already
        ON CONFLICT (order_id, variant_id, warehouse_id) DO UPDATE
            SET state = 'held', quantity = excluded.quantity, expires_at = excluded.expires_at
    ), held AS (
        UPDATE stock
        SET on_hand = locked.on_hand, reserved = locked.reserved + locked.quantity
        FROM locked, verdict
        WHERE enough AND NOT already
          AND stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT wanted.variant_id, coalesce(locked.free, 0) AS free, 0 AS room, 0 AS missing,
           verdict.enough, verdict.already, (SELECT id FROM lone) IS NOT NULL AS settled,
           coalesce(own.low_at, shop.low_at) AS low_at
    FROM verdict CROSS JOIN wanted
    LEFT JOIN locked ON locked.variant_id = wanted.variant_id
    LEFT JOIN stock_policy AS own ON own.variant_id = wanted.variant_id
    LEFT JOIN stock_policy AS shop ON shop.variant_id = :shop
    """
)

# `whole`: the first warehouse that has all of it, so that it leaves in one parcel; otherwise the
# units come from the warehouses in their order. What is missing is awaited, if it may be; the
# policies' rows are locked after the stock's, which the count of those makes sure of.
_RESERVE = HotStatement(
    """
    WITH wanted AS (
        SELECT * FROM unnest(
            CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]), CAST(:ids AS uuid[])
        ) AS line (variant_id, quantity, id)
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved,
               stock.on_hand - stock.reserved AS free, warehouse.position,
               wanted.quantity, wanted.id
        FROM stock
        JOIN wanted ON wanted.variant_id = stock.variant_id
        JOIN warehouse ON warehouse.id = stock.warehouse_id AND warehouse.is_active
        ORDER BY stock.variant_id, stock.warehouse_id
        FOR UPDATE OF stock
    ), whole AS (
        SELECT warehouse_id FROM locked WHERE free >= quantity
        GROUP BY warehouse_id, position HAVING count(*) = :lines
        ORDER BY position, warehouse_id LIMIT 1
    ), counted AS (
        SELECT locked.*, CAST(sum(free) OVER (
            PARTITION BY variant_id
            ORDER BY warehouse_id = (SELECT warehouse_id FROM whole) DESC, position, warehouse_id
        ) AS bigint) AS through
        FROM locked
    ), parts AS (
        SELECT variant_id, warehouse_id, on_hand, reserved, id, through = free AS is_first,
               least(free, quantity - (through - free)) AS part
        FROM counted
    ), policies AS (
        SELECT policy.variant_id, policy.backordered, policy.backorder_limit
        FROM stock_policy AS policy JOIN wanted ON wanted.variant_id = policy.variant_id
        WHERE policy.selling <> 'in_stock' AND (SELECT count(*) FROM locked) >= 0
        ORDER BY policy.variant_id
        FOR UPDATE OF policy
    ), units AS (
        SELECT variant_id, CAST(sum(free) AS bigint) AS free FROM locked GROUP BY variant_id
    ), judged AS (
        SELECT wanted.variant_id, wanted.id, coalesce(units.free, 0) AS free,
               greatest(wanted.quantity - coalesce(units.free, 0), 0) AS missing,
               CASE WHEN policies.variant_id IS NULL THEN 0
                    ELSE coalesce(policies.backorder_limit - policies.backordered, :largest)
               END AS room,
               policies.backordered
        FROM wanted
        LEFT JOIN units ON units.variant_id = wanted.variant_id
        LEFT JOIN policies ON policies.variant_id = wanted.variant_id
    ), verdict AS (
        SELECT bool_and(missing <= room) AS enough,
               NOT :more AND EXISTS (
                   SELECT FROM reservation WHERE order_id = :order AND state <> 'released'
               ) AS already
        FROM judged
    ), promised AS (
        INSERT INTO reservation
               (id, order_id, variant_id, warehouse_id, quantity, state, expires_at)
        SELECT CASE WHEN is_first THEN id ELSE gen_random_uuid() END, CAST(:order AS uuid),
               variant_id, warehouse_id, part, 'held', CAST(:expires_at AS timestamptz)
        FROM parts, verdict WHERE part > 0 AND enough AND NOT already
        UNION ALL
        SELECT CASE WHEN free > 0 THEN gen_random_uuid() ELSE id END, CAST(:order AS uuid),
               variant_id, CAST(:nowhere AS uuid), missing, 'awaited',
               CAST(:expires_at AS timestamptz)
        FROM judged, verdict WHERE missing > 0 AND enough AND NOT already
        ON CONFLICT (order_id, variant_id, warehouse_id) DO UPDATE
            SET quantity = excluded.quantity + CASE
                    WHEN reservation.state IN ('held', 'awaited') THEN reservation.quantity ELSE 0
                END,
                shipped = reservation.shipped + CASE
                    WHEN reservation.state = 'taken' THEN reservation.quantity ELSE 0
                END,
                state = excluded.state, expires_at = excluded.expires_at
    ), held AS (
        UPDATE stock
        SET on_hand = parts.on_hand, reserved = parts.reserved + parts.part
        FROM parts, verdict
        WHERE part > 0 AND enough AND NOT already
          AND stock.variant_id = parts.variant_id AND stock.warehouse_id = parts.warehouse_id
    ), owed AS (
        UPDATE stock_policy SET backordered = judged.backordered + judged.missing
        FROM judged, verdict
        WHERE missing > 0 AND enough AND NOT already
          AND stock_policy.variant_id = judged.variant_id
    )
    SELECT judged.variant_id, judged.free, judged.room, judged.missing,
           verdict.enough, verdict.already, true AS settled,
           coalesce(own.low_at, shop.low_at) AS low_at
    FROM verdict CROSS JOIN judged
    LEFT JOIN stock_policy AS own ON own.variant_id = judged.variant_id
    LEFT JOIN stock_policy AS shop ON shop.variant_id = :shop
    """
)

# All rows of the variants are locked, not only the ones that change: what is free of a variant is
# a sum, and who told the shoppers that it crossed zero must have seen all of it.
_RELEASE = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]))
            AS line (variant_id, quantity)
    ), mine AS (
        SELECT reservation.id, reservation.variant_id, reservation.warehouse_id,
               reservation.quantity
        FROM reservation
        WHERE order_id = :order AND state = 'held'
          AND (:all OR variant_id = ANY (CAST(:variants AS uuid[])))
        ORDER BY variant_id, warehouse_id
        FOR UPDATE
    ), counted AS (
        SELECT mine.*, coalesce(asked.quantity, mine.quantity) AS wanted,
               CAST(sum(mine.quantity) OVER (
                   PARTITION BY mine.variant_id ORDER BY mine.warehouse_id
               ) AS bigint) AS through
        FROM mine LEFT JOIN asked ON asked.variant_id = mine.variant_id
    ), verdict AS (
        SELECT :all OR NOT EXISTS (
            SELECT FROM asked WHERE quantity > coalesce(
                (SELECT sum(mine.quantity) FROM mine WHERE mine.variant_id = asked.variant_id), 0)
        ) AS enough
    ), parts AS (
        SELECT id, variant_id, warehouse_id, quantity, CASE
                   WHEN :all THEN quantity ELSE least(quantity, wanted - (through - quantity))
               END AS part
        FROM counted, verdict WHERE enough
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved,
               CASE WHEN warehouse.is_active THEN stock.on_hand - stock.reserved ELSE 0 END AS free,
               warehouse.is_active
        FROM stock JOIN warehouse ON warehouse.id = stock.warehouse_id
        WHERE stock.variant_id IN (SELECT variant_id FROM parts WHERE part > 0)
        ORDER BY stock.variant_id, stock.warehouse_id
        FOR UPDATE OF stock
    ), ended AS (
        UPDATE reservation
        SET state = CASE WHEN part = parts.quantity THEN 'released' ELSE 'held' END,
            quantity = CASE WHEN part = parts.quantity THEN part ELSE parts.quantity - part END
        FROM parts WHERE part > 0 AND reservation.id = parts.id
    ), freed AS (
        UPDATE stock SET on_hand = locked.on_hand, reserved = locked.reserved - parts.part
        FROM locked
        JOIN parts ON parts.variant_id = locked.variant_id
                  AND parts.warehouse_id = locked.warehouse_id
        WHERE part > 0
          AND stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT verdict.enough, locked.variant_id, CAST(sum(locked.free) AS bigint) AS free,
           CAST(coalesce(sum(parts.part) FILTER (WHERE locked.is_active), 0) AS bigint) AS freed
    FROM verdict LEFT JOIN locked ON true
    LEFT JOIN parts ON parts.variant_id = locked.variant_id
                   AND parts.warehouse_id = locked.warehouse_id AND parts.part > 0
    GROUP BY verdict.enough, locked.variant_id
    """
)

_TAKE = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]))
            AS line (variant_id, quantity)
    ), mine AS (
        SELECT reservation.id, reservation.variant_id, reservation.warehouse_id,
               reservation.quantity, reservation.shipped
        FROM reservation
        WHERE order_id = :order AND state = 'held'
          AND (:all OR variant_id = ANY (CAST(:variants AS uuid[])))
        ORDER BY variant_id, warehouse_id
        FOR UPDATE
    ), counted AS (
        SELECT mine.*, coalesce(asked.quantity, mine.quantity) AS wanted,
               CAST(sum(mine.quantity) OVER (
                   PARTITION BY mine.variant_id ORDER BY mine.warehouse_id
               ) AS bigint) AS through
        FROM mine LEFT JOIN asked ON asked.variant_id = mine.variant_id
    ), verdict AS (
        SELECT :all OR NOT EXISTS (
            SELECT FROM asked WHERE quantity > coalesce(
                (SELECT sum(mine.quantity) FROM mine WHERE mine.variant_id = asked.variant_id), 0)
        ) AS enough
    ), parts AS (
        SELECT id, variant_id, warehouse_id, quantity, shipped, CASE
                   WHEN :all THEN quantity ELSE least(quantity, wanted - (through - quantity))
               END AS part
        FROM counted, verdict WHERE enough
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved, parts.part
        FROM stock
        JOIN parts ON parts.variant_id = stock.variant_id
                  AND parts.warehouse_id = stock.warehouse_id AND parts.part > 0
        ORDER BY stock.variant_id, stock.warehouse_id
        FOR UPDATE OF stock
    ), ended AS (
        UPDATE reservation
        SET state = CASE WHEN part = parts.quantity THEN 'taken' ELSE 'held' END,
            quantity = CASE WHEN part = parts.quantity THEN part ELSE parts.quantity - part END,
            shipped = parts.shipped + CASE WHEN part = parts.quantity THEN 0 ELSE part END
        FROM parts WHERE part > 0 AND reservation.id = parts.id
    ), gone AS (
        UPDATE stock
        SET on_hand = locked.on_hand - locked.part, reserved = locked.reserved - locked.part
        FROM locked
        WHERE stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT verdict.enough, locked.variant_id, locked.warehouse_id, locked.part AS quantity
    FROM verdict LEFT JOIN locked ON true
    """
)


async def reserve_plainly(
    tx: TenantTx, order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> Sequence[Row[Any]]:
    """As `reserve`, for one warehouse and goods that are there; not `settled`: nothing happened."""
    return await tx.rows(_RESERVE_PLAINLY, _wish(order_id, wanted, expires_at))


async def reserve(
    tx: TenantTx,
    order_id: UUID,
    wanted: Mapping[UUID, int],
    expires_at: datetime | None,
    *,
    largest: int,
    more: bool = False,
) -> Sequence[Row[Any]]:
    """A row a variant: (variant_id, free and room before, missing, enough, already, low_at).

    `more`: beside what the order holds already. `largest` is the room where no limit is set.
    """
    wish = _wish(order_id, wanted, expires_at)
    wish.update(more=more, nowhere=NOWHERE, largest=largest)
    return await tx.rows(_RESERVE, wish)


def _wish(
    order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> dict[str, Any]:
    lines = sorted(wanted.items())
    return {
        "variants": [variant_id for variant_id, _ in lines],
        "quantities": [quantity for _, quantity in lines],
        "ids": [new_id() for _ in lines],
        "lines": len(lines),
        "order": order_id,
        "expires_at": expires_at,
        "shop": WHOLE_SHOP,
    }


async def release(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int] | None
) -> Sequence[Row[Any]]:
    """Rows (enough, variant_id, free before, freed for sale), a variant each.

    One with None ids if nothing was given back.
    """
    return (await tx.execute(_RELEASE, _share(order_id, units))).all()


async def take(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int] | None
) -> Sequence[Row[Any]]:
    """Rows (enough, variant_id, warehouse_id, quantity); one with None ids if nothing was taken."""
    return (await tx.execute(_TAKE, _share(order_id, units))).all()


def _share(order_id: UUID, units: Mapping[UUID, int] | None) -> dict[str, Any]:
    return {
        "order": order_id,
        "all": units is None,
        "variants": list(units or ()),
        "quantities": list((units or {}).values()),
    }


async def keep(tx: TenantTx, order_id: UUID) -> None:
    await tx.execute(
        update(Reservation)
        .where(
            Reservation.order_id == order_id,
            Reservation.state.in_((ReservationState.HELD, ReservationState.AWAITED)),
        )
        .values(expires_at=None)
        .execution_options(synchronize_session=False)
    )


async def held(tx: TenantRead, order_id: UUID) -> dict[UUID, int]:
    """Units that are put aside for the order, by variant."""
    found = await tx.execute(
        select(Reservation.variant_id, func.sum(Reservation.quantity))
        .where(Reservation.order_id == order_id, Reservation.state == ReservationState.HELD)
        .group_by(Reservation.variant_id)
    )
    return {row[0]: int(row[1]) for row in found}


async def held_until(tx: TenantRead, order_id: UUID) -> datetime | None:
    """When the promise to the order ends; None: it does not, or there is none."""
    found: datetime | None = await tx.scalar(
        select(func.min(Reservation.expires_at)).where(
            Reservation.order_id == order_id,
            Reservation.state.in_((ReservationState.HELD, ReservationState.AWAITED)),
        )
    )
    return found


async def overdue(tx: TenantRead, before: datetime, limit: int) -> Sequence[UUID]:
    """Orders whose promise ended before that instant and still stands."""
    found = await tx.scalars(
        select(Reservation.order_id)
        .where(
            Reservation.state.in_((ReservationState.HELD, ReservationState.AWAITED)),
            Reservation.expires_at < before,
        )
        .group_by(Reservation.order_id)
        .order_by(func.min(Reservation.expires_at))
        .limit(limit)
    )
    return found.all()
