"""Handlers: files of pictures that no product shows any more; dates that have come."""

from contextlib import suppress
from dataclasses import dataclass

from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.images import store_avif
from kram.kit.storage import FileMissing, Storage
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.events import CatalogDue, MediaAdded, MediaRemoved
from kram.shop.catalog.queries import mark_avif
from kram.shop.catalog.service.schedule import follow_schedule


@dataclass(frozen=True, slots=True)
class Pictures:
    storage: Storage

    async def draw_avif(self, delivery: Delivery[MediaAdded]) -> None:
        """Hears `media.added.v1`. A picture that is gone meanwhile, or was never stored, stays
        without; its pages show WebP."""
        with suppress(FileMissing):
            await store_avif(self.storage, delivery.message.key)
            async with delivery.done() as tx:
                if await mark_avif(tx, delivery.message.media_id):
                    await mark_changed(tx)

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
