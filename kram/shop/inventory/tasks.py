"""What follows from a changed availability."""

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.changes import mark_changed
from kram.shop.inventory.events import (
    AvailabilityChanged,
    Backordered,
    FillDue,
    SubscribersDue,
)
from kram.shop.inventory.service.fill import fill
from kram.shop.inventory.service.waiting import wake


async def renew_storefront(tx: TenantTx, event: AvailabilityChanged) -> None:
    """Hears `stock.availability_changed.v1`: pages that say "in stock" are made anew."""
    await mark_changed(tx)


async def fill_backorders(tx: TenantTx, event: Backordered | FillDue) -> None:
    """Hears `stock.backordered.v1` and `stock.fill_due.v1`.

    Units that came to a shelf in the very moment of a promise, which saw no such shelf yet, or
    while somebody was at work on the order that waits for them, find it by this.
    """
    await fill(tx, event.variant_ids)


async def wake_subscribers(tx: TenantTx, event: AvailabilityChanged | SubscribersDue) -> None:
    """Hears `stock.availability_changed.v1` and `stock.subscribers_due.v1`."""
    await wake(tx, event.variant_ids)
