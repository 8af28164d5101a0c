"""Every statement on the stock.

The ones that write are each a single statement: lock the rows in the order of variant ids, judge
all of them, then change all or none. In one message, so that a row is locked for no round trip.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Row,
    TextClause,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory.models import (
    MAIN_WAREHOUSE,
    Reservation,
    ReservationState,
    Stock,
    StockMove,
)

# FOR UPDATE yields the newest version of a row it had to wait for; the UPDATE of the same statement
# first sees the version of the statement's beginning. So it may neither filter by amounts (it would
# drop a row that had too few units then and has enough now) nor compute with its own ones (the
# CHECK judges that first attempt): it finds rows by key and writes what was locked.
_RESERVE = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(
            CAST(:variants AS uuid[]), CAST(:quantities AS bigint[]), CAST(:ids AS uuid[])
        ) AS line (variant_id, quantity, id)
    ), locked AS (
        SELECT stock.variant_id, stock.on_hand, stock.reserved,
               stock.on_hand - stock.reserved AS available, wanted.quantity, wanted.id
        FROM stock JOIN wanted ON wanted.variant_id = stock.variant_id
        WHERE stock.warehouse_id = :warehouse
        ORDER BY stock.variant_id
        FOR UPDATE OF stock
    ), verdict AS (
        SELECT count(*) = :lines AND coalesce(bool_and(available >= quantity), false) AS enough,
               EXISTS (
                   SELECT FROM reservation WHERE order_id = :order AND state <> 'released'
               ) AS already
        FROM locked
    ), promised AS (
        INSERT INTO reservation (id, order_id, variant_id, warehouse_id, quantity, expires_at)
        SELECT id, CAST(:order AS uuid), variant_id, CAST(:warehouse AS uuid), quantity,
               CAST(:expires_at AS timestamptz)
        FROM locked, verdict WHERE enough AND NOT already
        ON CONFLICT (order_id, variant_id, warehouse_id) DO UPDATE
            SET state = 'held', quantity = excluded.quantity, expires_at = excluded.expires_at
    ), held AS (
        UPDATE stock
        SET on_hand = locked.on_hand, reserved = locked.reserved + locked.quantity
        FROM locked, verdict
        WHERE enough AND NOT already
          AND stock.variant_id = locked.variant_id AND stock.warehouse_id = :warehouse
    )
    SELECT locked.variant_id, locked.available, verdict.enough, verdict.already
    FROM verdict LEFT JOIN locked ON true
    """
)

_RELEASE = text(
    """
    WITH ended AS (
        UPDATE reservation SET state = 'released'
        WHERE order_id = :order AND state = 'held'
        RETURNING variant_id, warehouse_id, quantity
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved,
               stock.on_hand - stock.reserved AS available, ended.quantity
        FROM stock JOIN ended USING (variant_id, warehouse_id)
        ORDER BY stock.variant_id
        FOR UPDATE OF stock
    ), freed AS (
        UPDATE stock
        SET on_hand = locked.on_hand, reserved = locked.reserved - locked.quantity
        FROM locked
        WHERE stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT variant_id, quantity, available FROM locked
    """
)

_TAKE = text(
    """
    WITH ended AS (
        UPDATE reservation SET state = 'taken'
        WHERE order_id = :order AND state = 'held'
        RETURNING variant_id, warehouse_id, quantity
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved, ended.quantity
        FROM stock JOIN ended USING (variant_id, warehouse_id)
        ORDER BY stock.variant_id
        FOR UPDATE OF stock
    ), gone AS (
        UPDATE stock
        SET on_hand = locked.on_hand - locked.quantity,
            reserved = locked.reserved - locked.quantity
        FROM locked
        WHERE stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT variant_id, quantity FROM locked
    """
)

# Of each variant the asked units leave what the order holds, warehouse by warehouse. The order's
# lock keeps its reservations still, so only the stock's rows are locked here.
_PART = """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:variants AS uuid[]), CAST(:units AS bigint[]))
            AS line (variant_id, units)
    ), held AS (
        SELECT reservation.id, variant_id, warehouse_id, quantity, units,
               sum(quantity) OVER (PARTITION BY variant_id ORDER BY warehouse_id) - quantity
                   AS before
        FROM reservation JOIN asked USING (variant_id)
        WHERE order_id = :order AND state = 'held'
    ), part AS (
        SELECT id, variant_id, warehouse_id, quantity,
               least(quantity, greatest(units - before, 0)) AS gone
        FROM held
    ), verdict AS (
        SELECT coalesce(sum(gone), 0) = (SELECT sum(units) FROM asked) AS enough FROM part
    ), ended AS (
        UPDATE reservation
        SET quantity = CASE WHEN gone = part.quantity THEN gone ELSE part.quantity - gone END,
            state = CASE WHEN gone = part.quantity THEN CAST(:ended AS text) ELSE 'held' END
        FROM part, verdict
        WHERE enough AND gone > 0 AND reservation.id = part.id
    ), locked AS (
        SELECT stock.variant_id, stock.warehouse_id, stock.on_hand, stock.reserved, gone,
               stock.on_hand - stock.reserved AS available
        FROM stock JOIN part USING (variant_id, warehouse_id)
        WHERE gone > 0
        ORDER BY stock.variant_id, stock.warehouse_id
        FOR UPDATE OF stock
    ), changed AS (
        UPDATE stock
        SET on_hand = locked.on_hand - locked.gone * :leaving,
            reserved = locked.reserved - locked.gone
        FROM locked, verdict
        WHERE enough
          AND stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
    )
    SELECT locked.variant_id, locked.warehouse_id, locked.gone, locked.available, verdict.enough
    FROM verdict LEFT JOIN locked ON true
    """
_TAKE_PART = text(_PART).bindparams(ended=ReservationState.TAKEN.value, leaving=1)
_RELEASE_PART = text(_PART).bindparams(ended=ReservationState.RELEASED.value, leaving=0)

_OPEN = text(
    """
    INSERT INTO stock (variant_id, warehouse_id)
    SELECT id, :warehouse FROM unnest(CAST(:variants AS uuid[])) AS id ORDER BY id
    ON CONFLICT DO NOTHING
    """
)

_ADJUST = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:variants AS uuid[]), CAST(:deltas AS bigint[]))
            AS line (variant_id, delta)
    ), locked AS (
        SELECT stock.variant_id, stock.on_hand, stock.reserved,
               stock.on_hand - stock.reserved AS available, asked.delta
        FROM stock JOIN asked ON asked.variant_id = stock.variant_id
        WHERE stock.warehouse_id = :warehouse
        ORDER BY stock.variant_id
        FOR UPDATE OF stock
    ), verdict AS (
        SELECT bool_and(available + delta >= 0) AS enough FROM locked
    ), changed AS (
        UPDATE stock
        SET on_hand = locked.on_hand + locked.delta, reserved = locked.reserved
        FROM locked, verdict
        WHERE enough
          AND stock.variant_id = locked.variant_id AND stock.warehouse_id = :warehouse
    )
    SELECT locked.variant_id, locked.delta, locked.available, verdict.enough
    FROM locked, verdict
    """
)

# One array parameter: the text, and so its plan, is the same for any number of variants.
_LEVELS = (
    select(
        Stock.variant_id,
        func.sum(Stock.on_hand).label("on_hand"),
        func.sum(Stock.reserved).label("reserved"),
    )
    .where(Stock.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid()))))
    .group_by(Stock.variant_id)
)


_LOCK_LEVELS = (
    select(Stock.variant_id, Stock.on_hand)
    .where(
        Stock.variant_id == any_(bindparam("variants", type_=ARRAY(Uuid()))),
        Stock.warehouse_id == MAIN_WAREHOUSE,
    )
    .order_by(Stock.variant_id)
    .with_for_update()
)


async def reserve(
    tx: TenantTx, order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> Sequence[Row[Any]]:
    """Rows (variant_id, available before, enough, already), one a variant with stock."""
    lines = sorted(wanted.items())
    found = await tx.execute(
        _RESERVE,
        {
            "variants": [variant_id for variant_id, _ in lines],
            "quantities": [quantity for _, quantity in lines],
            "ids": [new_id() for _ in lines],
            "lines": len(lines),
            "order": order_id,
            "warehouse": MAIN_WAREHOUSE,
            "expires_at": expires_at,
        },
    )
    return found.all()


async def release(tx: TenantTx, order_id: UUID) -> Sequence[Row[Any]]:
    """Rows (variant_id, quantity, available before) of what was still held."""
    return (await tx.execute(_RELEASE, {"order": order_id})).all()


async def take(tx: TenantTx, order_id: UUID) -> Sequence[Row[Any]]:
    """Rows (variant_id, quantity) of what was still held."""
    return (await tx.execute(_TAKE, {"order": order_id})).all()


async def take_part(tx: TenantTx, order_id: UUID, units: Mapping[UUID, int]) -> Sequence[Row[Any]]:
    """Rows (variant_id, warehouse_id, gone, available before, enough): all if enough, else none."""
    return await _part(tx, _TAKE_PART, order_id, units)


async def release_part(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int]
) -> Sequence[Row[Any]]:
    """Rows like those of `take_part`; the units stay on hand."""
    return await _part(tx, _RELEASE_PART, order_id, units)


async def _part(
    tx: TenantTx, statement: TextClause, order_id: UUID, units: Mapping[UUID, int]
) -> Sequence[Row[Any]]:
    asked = {"variants": list(units), "units": list(units.values()), "order": order_id}
    return (await tx.execute(statement, asked)).all()


async def keep(tx: TenantTx, order_id: UUID) -> None:
    await tx.execute(
        update(Reservation)
        .where(Reservation.order_id == order_id, Reservation.state == ReservationState.HELD)
        .values(expires_at=None)
        .execution_options(synchronize_session=False)
    )


async def open_stock(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """A row of zero units for every variant that has none yet."""
    await tx.execute(_OPEN, {"variants": list(variant_ids), "warehouse": MAIN_WAREHOUSE})


async def adjust(tx: TenantTx, deltas: Mapping[UUID, int]) -> Sequence[Row[Any]]:
    """Rows (variant_id, delta, available before, enough): changed all if enough, else none."""
    found = await tx.execute(
        _ADJUST,
        {
            "variants": list(deltas),
            "deltas": list(deltas.values()),
            "warehouse": MAIN_WAREHOUSE,
        },
    )
    return found.all()


async def lock_levels(tx: TenantTx, variant_ids: Collection[UUID]) -> dict[UUID, int]:
    """Units on hand; the rows stay ours until the commit."""
    found = await tx.execute(_LOCK_LEVELS, {"variants": list(variant_ids)})
    return {row.variant_id: row.on_hand for row in found}


async def write_moves(tx: TenantTx, moves: Sequence[Mapping[str, Any]]) -> None:
    await tx.execute(insert(StockMove), list(moves))


async def levels(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(on hand, reserved) over all warehouses, of the variants that have stock rows."""
    found = await tx.execute(_LEVELS, {"variants": list(variant_ids)})
    return {row.variant_id: (int(row.on_hand), int(row.reserved)) for row in found}


async def moves(tx: TenantRead, variant_id: UUID, limit: int) -> Sequence[StockMove]:
    """The newest first."""
    found = await tx.scalars(
        select(StockMove)
        .where(StockMove.variant_id == variant_id)
        .order_by(StockMove.id.desc())
        .limit(limit)
    )
    return found.all()


async def overdue(tx: TenantRead, before: datetime, limit: int) -> Sequence[UUID]:
    """Orders whose promise ended before that instant and is still held."""
    found = await tx.scalars(
        select(Reservation.order_id)
        .where(Reservation.state == ReservationState.HELD, Reservation.expires_at < before)
        .group_by(Reservation.order_id)
        .order_by(func.min(Reservation.expires_at))
        .limit(limit)
    )
    return found.all()
