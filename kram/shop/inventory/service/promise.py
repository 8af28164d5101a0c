"""Promise units to an order, give them back, let them leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from kram.kit.db.scope import TenantId
from kram.kit.db.tx import TenantTx
from kram.shop.inventory.errors import NotHeld, OutOfStock, Shortage, UnitsNotHere
from kram.shop.inventory.events import Backordered, ReservationDue
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.queries import owed, policies, promises
from kram.shop.inventory.rules import LARGEST_QUANTITY, check_wanted
from kram.shop.inventory.service.fill import give_to_waiting
from kram.shop.inventory.service.ledger import Move, write_moves
from kram.shop.inventory.service.telling import Change, tell
from kram.tenants.actor import Actor

_with_more_to_ask: set[TenantId] = set()
"""Shops whose last wish the plain statement could not judge: the other is asked first.

A guess that saves a message; the statements themselves see what is so.
"""


async def reserve(
    tx: TenantTx, order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> None:
    """Promises the units to the order, all or none; sum lines of one variant first.

    They come from one active warehouse if one has them all, else from several by priority; what may
    be sold before it is there is awaited. The order's row is new or locked by the caller. With
    `expires_at` a timer is set for that instant. An order that holds, awaits or took units already
    is left as it is; a released one is promised anew. Raises: OutOfStock (the transaction may go
    on), QuantityInvalid.
    """
    check_wanted(wanted)
    rows = await _ask(tx, order_id, wanted, expires_at)
    await _promised(tx, order_id, wanted, expires_at, rows)


async def reserve_more(
    tx: TenantTx, order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> None:
    """As `reserve`, beside what the order has already; the order's row is locked by the caller."""
    check_wanted(wanted)
    await owed.lock_awaited(tx, order_id)
    rows = await promises.reserve(
        tx, order_id, wanted, expires_at, largest=LARGEST_QUANTITY, more=True
    )
    await _promised(tx, order_id, wanted, expires_at, rows)


async def _ask(
    tx: TenantTx, order_id: UUID, wanted: Mapping[UUID, int], expires_at: datetime | None
) -> Sequence[Row[Any]]:
    if tx.tenant.id not in _with_more_to_ask:
        rows = await promises.reserve_plainly(tx, order_id, wanted, expires_at)
        if rows[0].settled:
            return rows
        _with_more_to_ask.add(tx.tenant.id)
    return await promises.reserve(tx, order_id, wanted, expires_at, largest=LARGEST_QUANTITY)


async def _promised(
    tx: TenantTx,
    order_id: UUID,
    wanted: Mapping[UUID, int],
    expires_at: datetime | None,
    rows: Sequence[Row[Any]],
) -> None:
    if rows[0].already:
        return
    if not rows[0].enough:
        raise OutOfStock(
            [
                Shortage(row.variant_id, wanted[row.variant_id], row.free + row.room)
                for row in rows
                if row.free + row.room < wanted[row.variant_id]
            ]
        )
    if expires_at is not None:
        tx.publish(ReservationDue(order_id=order_id), due_at=expires_at)
    missing = tuple(row.variant_id for row in rows if row.missing)
    if missing:
        tx.publish(Backordered(order_id=order_id, variant_ids=missing))
    await tell(
        tx,
        (
            Change(
                row.variant_id,
                row.free,
                row.free - wanted[row.variant_id] + row.missing,
                row.room,
                row.room - row.missing,
                row.low_at,
            )
            for row in rows
        ),
    )


async def release(tx: TenantTx, order_id: UUID) -> None:
    """Frees what the order still holds or awaits; nothing if there is nothing."""
    await _release(tx, order_id, None)


async def release_part(tx: TenantTx, order_id: UUID, units: Mapping[UUID, int]) -> None:
    """Frees so many units, awaited ones first.

    Raises: NotHeld (it has fewer; then nothing was changed), QuantityInvalid.
    """
    check_wanted(units)
    await _release(tx, order_id, units)


async def _release(tx: TenantTx, order_id: UUID, units: Mapping[UUID, int] | None) -> None:
    waiting = await owed.lock_awaited(tx, order_id)
    unheld = _of_awaited(waiting, units)
    held = None if units is None else _rest(units, unheld)
    rows = await promises.release(tx, order_id, held) if held is None or held else []
    if not all(row.enough for row in rows):
        raise NotHeld
    was_full = await _cancel(tx, unheld, rows) if unheld else []
    await _tell_released(tx, rows)
    await tell(tx, [Change(row.variant_id, 0, 0, 0, 1) for row in was_full if row.was_full])


async def _cancel(
    tx: TenantTx, unheld: Sequence[tuple[UUID, UUID, int]], freed: Sequence[Row[Any]]
) -> Sequence[Row[Any]]:
    """With the policies of the freed goods, which are asked for next: all in one order of ids."""
    variants = {variant_id for _, variant_id, _ in unheld}
    await policies.lock(tx, variants | {row.variant_id for row in freed if row.freed})
    return await owed.cancel(tx, unheld)


def _of_awaited(
    waiting: Sequence[Row[Any]], units: Mapping[UUID, int] | None
) -> list[tuple[UUID, UUID, int]]:
    """(reservation, variant, quantity) of the awaited units that nobody waits for any more."""
    ended = [
        (row.id, row.variant_id, row.quantity)
        if units is None
        else (row.id, row.variant_id, min(row.quantity, units.get(row.variant_id, 0)))
        for row in waiting
    ]
    return [line for line in ended if line[2] > 0]


def _rest(units: Mapping[UUID, int], unheld: Sequence[tuple[UUID, UUID, int]]) -> dict[UUID, int]:
    left = dict(units)
    for _, variant_id, quantity in unheld:
        left[variant_id] -= quantity
    return {variant_id: quantity for variant_id, quantity in left.items() if quantity > 0}


async def _tell_released(tx: TenantTx, rows: Sequence[Row[Any]]) -> None:
    freed = {row.variant_id: row.free + row.freed for row in rows if row.freed}
    if not freed:
        return
    filled = await give_to_waiting(tx, freed)
    await tell(
        tx,
        [
            filled.change(row.variant_id, row.free, freed[row.variant_id], None)
            for row in rows
            if row.freed
        ],
    )


async def take(tx: TenantTx, order_id: UUID, actor: Actor) -> None:
    """The held units leave their warehouses; nothing if the order holds nothing.

    Raises: UnitsNotHere (it waits for some; then nothing was changed).
    """
    if await owed.lock_awaited(tx, order_id):
        raise UnitsNotHere
    await _write_taken(tx, await promises.take(tx, order_id, None), actor, order_id)


async def take_part(
    tx: TenantTx,
    order_id: UUID,
    units: Mapping[UUID, int],
    actor: Actor,
    document_id: UUID,
    cause: MoveCause = MoveCause.SHIPPED,
) -> None:
    """So many of the held units leave: a parcel, which is the document, or a loss.

    The order's row is locked by the caller. Raises: UnitsNotHere (it waits for some of them),
    NotHeld, QuantityInvalid; then nothing was changed.
    """
    check_wanted(units)
    waits_for = {row.variant_id for row in await owed.lock_awaited(tx, order_id)}
    rows = await promises.take(tx, order_id, units)
    if not rows[0].enough:
        raise UnitsNotHere if waits_for & units.keys() else NotHeld
    await _write_taken(tx, rows, actor, document_id, cause)


async def discard(
    tx: TenantTx, order_id: UUID, actor: Actor, units: Mapping[UUID, int] | None = None
) -> None:
    """As `release`, or `release_part` with `units`, of goods that nobody can be sold any more.

    Raises: NotHeld (it has fewer; then leave the transaction).
    """
    unheld = _of_awaited(await owed.lock_awaited(tx, order_id), units)
    held = None if units is None else _rest(units, unheld)
    if held is None or held:
        rows = await promises.take(tx, order_id, held)
        if not rows[0].enough:
            raise NotHeld
        await _write_taken(tx, rows, actor, order_id, MoveCause.WRITTEN_OFF)
    if unheld:
        await owed.cancel(tx, unheld)


async def _write_taken(
    tx: TenantTx,
    rows: Sequence[Row[Any]],
    actor: Actor,
    document_id: UUID,
    cause: MoveCause = MoveCause.SHIPPED,
) -> None:
    gone = [
        Move(row.variant_id, row.warehouse_id, -row.quantity)
        for row in rows
        if row.variant_id is not None
    ]
    await write_moves(tx, gone, cause, actor, document_id=document_id)


async def keep(tx: TenantTx, order_id: UUID) -> None:
    """What the order holds or awaits no longer expires: it was paid."""
    await owed.lock_awaited(tx, order_id)
    await promises.keep(tx, order_id)
