"""The one way by which units on hand change, but for shipping."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from kram.kit.db.tx import TenantTx
from kram.shop.inventory.errors import Shortage, StockOfKeys, StockTooLow, WarehouseMissing
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.queries import policies, shelves
from kram.shop.inventory.service.fill import Filled, give_to_waiting
from kram.shop.inventory.service.ledger import Move, write_moves
from kram.shop.inventory.service.telling import Change, tell
from kram.tenants.actor import Actor


async def shift(
    tx: TenantTx,
    deltas: Mapping[tuple[UUID, UUID], int],
    cause: MoveCause,
    actor: Actor,
    *,
    document_id: UUID | None = None,
    note: str = "",
    with_keys: bool = False,
    is_open: bool = False,
) -> None:
    """Deltas by (variant, warehouse), none of them 0: all or none, written into the ledger.

    `with_keys`: the caller moves the licence keys too, which are the units of such a variant;
    another may only carry them from place to place. `is_open`: the caller opened the rows in this
    transaction. Raises: StockTooLow, StockOfKeys (after both
    the transaction may go on), WarehouseMissing.
    """
    asked = {warehouse_id for _, warehouse_id in deltas}
    variants = sorted({variant_id for variant_id, _ in deltas})
    if not is_open and await shelves.open_rows(tx, variants, sorted(asked)) != asked:
        raise WarehouseMissing
    guarded = [] if with_keys else _changing(deltas)
    rows = await shelves.adjust(tx, dict(sorted(deltas.items())), guarded)
    if any(row.of_keys for row in rows):
        raise StockOfKeys
    if not rows[0].enough:
        raise StockTooLow(_shortages(rows))
    moves = [Move(*key, delta) for key, delta in deltas.items()]
    await write_moves(tx, moves, cause, actor, document_id=document_id, note=note)
    await _follow(tx, rows)


def _changing(deltas: Mapping[tuple[UUID, UUID], int]) -> list[UUID]:
    """The variants of which there will be more or fewer, all places together."""
    sums: dict[UUID, int] = defaultdict(int)
    for (variant_id, _), delta in deltas.items():
        sums[variant_id] += delta
    return [variant_id for variant_id, delta in sums.items() if delta]


def _shortages(rows: Sequence[Row[Any]]) -> list[Shortage]:
    return [
        Shortage(row.variant_id, -row.delta, row.free)
        for row in rows
        if row.delta and row.free + row.delta < 0
    ]


async def _follow(tx: TenantTx, rows: Sequence[Row[Any]]) -> None:
    before: dict[UUID, int] = defaultdict(int)
    after: dict[UUID, int] = defaultdict(int)
    low_at: dict[UUID, int | None] = {}
    for row in rows:
        before[row.variant_id] += row.free if row.is_active else 0
        after[row.variant_id] += row.free + row.delta if row.is_active else 0
        low_at[row.variant_id] = row.low_at
    filled = await give_to_waiting(tx, after)
    changes = [filled.change(v, before[v], after[v], low_at[v]) for v in before]
    await _watch_again(tx, filled, changes)
    await tell(tx, changes)


async def _watch_again(tx: TenantTx, filled: Filled, changes: Sequence[Change]) -> None:
    """The staff hears again of what was refilled."""
    refilled = [
        change.variant_id
        for change in changes
        if change.after > max(change.before, change.low_at or 0)
        and change.variant_id in filled.policies
        and filled.policies[change.variant_id].low_told
    ]
    if refilled:
        await policies.forget_low(tx, refilled)
