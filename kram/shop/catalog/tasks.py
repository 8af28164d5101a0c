"""Handlers: files of pictures that no product shows any more; dates that have come."""

from dataclasses import dataclass

from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.events import CatalogDue, MediaRemoved
from kram.shop.catalog.service.schedule import follow_schedule


@dataclass(frozen=True, slots=True)
class Pictures:
    storage: Storage

    async def delete(self, delivery: Delivery[MediaRemoved]) -> None:
        """All widths of the picture; nothing for one that is gone already."""
        await self.storage.delete_under(delivery.message.key)
        async with delivery.done():
            return


async def follow_dates(tx: TenantTx, event: CatalogDue) -> None:
    """Hears `catalog.due.v1`: publishes what is due, and has all pages made anew."""
    if event.product_id is not None:
        await follow_schedule(tx, event.product_id)
    await mark_changed(tx)
