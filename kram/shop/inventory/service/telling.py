"""What others hear when units move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.inventory.events import AvailabilityChanged, LowGoods, StockLow
from kram.shop.inventory.queries import policies
from kram.shop.inventory.rules import goes_low, offered


@dataclass(frozen=True, slots=True)
class Change:
    """Of one variant: free units and room for promises, before and after."""

    variant_id: UUID
    before: int
    after: int
    room_before: int = 0
    room_after: int = 0
    low_at: int | None = None

    @property
    def is_seen(self) -> bool:
        """Whether a shopper is told another word than before: in stock, to order, sold out."""
        return offered(self.before, self.room_before) != offered(self.after, self.room_after)


async def tell(tx: TenantTx, changes: Iterable[Change]) -> None:
    """Publishes what crossed zero and what went low. The variants' stock is locked by the caller.

    Costs a statement only when something went low.
    """
    told = list(changes)
    seen = tuple(change.variant_id for change in told if change.is_seen)
    if seen:
        tx.publish(AvailabilityChanged(variant_ids=seen))
    await _tell_low(tx, [one for one in told if goes_low(one.before, one.after, one.low_at)])


async def _tell_low(tx: TenantTx, changes: Sequence[Change]) -> None:
    if not changes:
        return
    left = {change.variant_id: change.after for change in changes}
    untold = await policies.tell_low(tx, sorted(left))
    if untold:
        goods = tuple(LowGoods(variant_id, left[variant_id]) for variant_id in sorted(untold))
        tx.publish(StockLow(goods=goods))
