"""Units that come are for those who were promised them, the oldest order first."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.inventory.events import BackorderFilled, FillDue
from kram.shop.inventory.models import StockPolicy
from kram.shop.inventory.queries import owed, policies, shelves
from kram.shop.inventory.service.levels import room_of
from kram.shop.inventory.service.telling import Change, tell

_LATER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Filled:
    """`given` units by variant; the policies as they were just before."""

    given: Mapping[UUID, int] = field(default_factory=dict)
    policies: Mapping[UUID, StockPolicy] = field(default_factory=dict)

    def change(self, variant_id: UUID, before: int, after: int, low_at: int | None) -> Change:
        """`after` counts the arrived units before any of them was given away."""
        given = self.given.get(variant_id, 0)
        return Change(
            variant_id,
            before,
            after - given,
            self._room(variant_id, 0),
            self._room(variant_id, given),
            low_at,
        )

    def _room(self, variant_id: UUID, given: int) -> int:
        policy = self.policies.get(variant_id)
        if policy is None:
            return 0
        return room_of(policy.selling, policy.backorder_limit, policy.backordered - given)


async def give_to_waiting(tx: TenantTx, free: Mapping[UUID, int]) -> Filled:
    """Units that are free of the variants, whose stock is locked, go to waiting orders."""
    known = await policies.lock(tx, free)
    counts = {
        variant_id: min(policy.backordered, free[variant_id])
        for variant_id, policy in known.items()
        if policy.backordered > 0 and free[variant_id] > 0
    }
    if not counts:
        return Filled(policies=known)
    given = await _fill(tx, counts)
    passed_over = tuple(v for v, count in counts.items() if given.get(v, 0) < count)
    if passed_over:
        tx.publish(FillDue(variant_ids=passed_over), due_at=tx.now + _LATER)
    return Filled(given, known)


async def _fill(tx: TenantTx, variant_ids: Collection[UUID]) -> dict[UUID, int]:
    given: dict[UUID, int] = defaultdict(int)
    orders: dict[UUID, list[UUID]] = defaultdict(list)
    for row in await owed.fill(tx, variant_ids):
        given[row.variant_id] += row.units
        orders[row.order_id].append(row.variant_id)
    waiting = await owed.awaited(tx, orders) if orders else {}
    for order_id, filled in orders.items():
        tx.publish(
            BackorderFilled(
                order_id=order_id, variant_ids=tuple(filled), complete=order_id not in waiting
            )
        )
    return given


async def fill(tx: TenantTx, variant_ids: Collection[UUID]) -> None:
    """Whatever is free of these goes to who waits. Safe to repeat."""
    free: dict[UUID, int] = defaultdict(int)
    for row in await shelves.lock_rows(tx, sorted(variant_ids)):
        if row.is_active:
            free[row.variant_id] += row.free
    filled = await give_to_waiting(tx, free)
    await tell(tx, [filled.change(v, units, units, None) for v, units in free.items()])
