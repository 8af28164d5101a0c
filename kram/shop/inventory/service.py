"""Receive, promise, free and take units."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory import queries
from kram.shop.inventory.errors import NotHeld, OutOfStock, Shortage, StockTooLow
from kram.shop.inventory.events import AvailabilityChanged, ReservationDue
from kram.shop.inventory.models import MAIN_WAREHOUSE, MoveCause
from kram.shop.inventory.rules import check_deltas, check_wanted, crosses_zero
from kram.tenants.actor import Actor


class StockLevel(msgspec.Struct, frozen=True):
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


async def reserve(
    tx: TenantTx, order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> None:
    """Promises the units to the order, all or none; sum lines of one variant first.

    The order's row is new or locked by the caller. With `expires_at` a timer is set for that
    instant. An order that holds or took units already is left as it is; a released one is promised
    anew. Raises: OutOfStock (the transaction may go on), QuantityInvalid.
    """
    check_wanted(wanted)
    rows = await queries.reserve(tx, order_id, wanted, expires_at)
    if rows[0].already:
        return
    if not rows[0].enough:
        raise OutOfStock(_shortages(wanted, rows))
    if expires_at is not None:
        tx.publish(ReservationDue(order_id=order_id), due_at=expires_at)
    _tell(tx, ((row.variant_id, row.available, -wanted[row.variant_id]) for row in rows))


async def release(tx: TenantTx, order_id: UUID) -> None:
    """Frees what the order still holds; nothing if it holds nothing."""
    rows = await queries.release(tx, order_id)
    _tell(tx, ((row.variant_id, row.available, row.quantity) for row in rows))


async def take(tx: TenantTx, order_id: UUID, actor: Actor) -> None:
    """The held units leave the warehouse; nothing if the order holds nothing."""
    rows = await queries.take(tx, order_id)
    gone = {row.variant_id: -row.quantity for row in rows}
    await _write_moves(tx, gone, MoveCause.SHIPPED, actor, order_id)


async def take_part(
    tx: TenantTx, order_id: UUID, units: Mapping[UUID, int], actor: Actor, document_id: UUID
) -> None:
    """Some of the held units leave the warehouse: a parcel, which is the document.

    The order's row is locked by the caller. Raises: NotHeld; then nothing was changed.
    """
    rows = await queries.take_part(tx, order_id, units)
    if not rows[0].enough:
        raise NotHeld
    gone = {row.variant_id: 0 for row in rows}
    for row in rows:
        gone[row.variant_id] -= row.gone
    await _write_moves(tx, gone, MoveCause.SHIPPED, actor, document_id)


async def release_part(tx: TenantTx, order_id: UUID, units: Mapping[UUID, int]) -> None:
    """Frees some of what the order holds. Locks and raises like `take_part`."""
    rows = await queries.release_part(tx, order_id, units)
    if not rows[0].enough:
        raise NotHeld
    _tell(tx, ((row.variant_id, row.available, row.gone) for row in rows))


async def keep(tx: TenantTx, order_id: UUID) -> None:
    """What the order holds no longer expires: it was paid."""
    await queries.keep(tx, order_id)


async def receive(
    tx: TenantTx, variant_id: UUID, delta: int, cause: MoveCause, actor: Actor
) -> None:
    """Adds units, or removes them with a negative delta. Raises: QuantityInvalid, StockTooLow."""
    await receive_many(tx, {variant_id: delta}, cause, actor)


async def receive_many(
    tx: TenantTx, deltas: Mapping[UUID, int], cause: MoveCause, actor: Actor
) -> None:
    """All of the deltas or none; three statements for any number. Raises like `receive`."""
    check_deltas(deltas)
    if not deltas:
        return
    await queries.open_stock(tx, deltas)
    rows = await queries.adjust(tx, deltas)
    if not rows[0].enough:
        raise StockTooLow(
            [
                Shortage(row.variant_id, -row.delta, row.available)
                for row in rows
                if row.available + row.delta < 0
            ]
        )
    await _write_moves(tx, deltas, cause, actor)
    _tell(tx, ((row.variant_id, row.available, row.delta) for row in rows))


async def recount(tx: TenantTx, counted: Mapping[UUID, int], actor: Actor) -> int:
    """A stock-take: writes the differences to what was counted on the shelf as deltas.

    The rows are locked before they are compared, so an order shipped meanwhile is not undone by
    accident of timing. Returns how many variants differed. Raises like `receive`.
    """
    await queries.open_stock(tx, counted)
    known = await queries.lock_levels(tx, counted)
    deltas = {variant_id: units - known[variant_id] for variant_id, units in counted.items()}
    differing = {variant_id: delta for variant_id, delta in deltas.items() if delta}
    await receive_many(tx, differing, MoveCause.COUNTED, actor)
    return len(differing)


async def available(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, int]:
    """Units that can be promised now; 0 for a variant without stock."""
    found = await levels(tx, variant_ids)
    return {variant_id: level.available for variant_id, level in found.items()}


async def levels(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, StockLevel]:
    found = await queries.levels(tx, variant_ids)
    return {variant_id: StockLevel(*found.get(variant_id, (0, 0))) for variant_id in variant_ids}


def _shortages(wanted: Mapping[UUID, int], rows: Sequence[Row[Any]]) -> list[Shortage]:
    left = {row.variant_id: row.available for row in rows}
    return [
        Shortage(variant_id, quantity, left.get(variant_id, 0))
        for variant_id, quantity in wanted.items()
        if left.get(variant_id, 0) < quantity
    ]


def _tell(tx: TenantTx, changes: Iterable[tuple[UUID, int, int]]) -> None:
    """Publishes the variants whose availability crossed zero; (id, available before, delta)."""
    crossed = tuple(
        variant_id for variant_id, before, delta in changes if crosses_zero(before, before + delta)
    )
    if crossed:
        tx.publish(AvailabilityChanged(variant_ids=crossed))


async def _write_moves(
    tx: TenantTx,
    deltas: Mapping[UUID, int],
    cause: MoveCause,
    actor: Actor,
    document_id: UUID | None = None,
) -> None:
    if not deltas:
        return
    await queries.write_moves(
        tx,
        [
            {
                "id": new_id(),
                "variant_id": variant_id,
                "warehouse_id": MAIN_WAREHOUSE,
                "delta": delta,
                "cause": cause,
                "actor": f"{actor.kind}:{actor.id}",
                "document_id": document_id,
                "created_at": tx.now,
            }
            for variant_id, delta in deltas.items()
        ],
    )
