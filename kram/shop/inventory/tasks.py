"""What follows from a changed availability."""

from kram.kit.db.tx import TenantTx
from kram.shop.catalog.changes import mark_changed
from kram.shop.inventory.events import AvailabilityChanged


async def renew_storefront(tx: TenantTx, event: AvailabilityChanged) -> None:
    """Hears `stock.availability_changed.v1`: pages that say "in stock" are made anew."""
    await mark_changed(tx)
