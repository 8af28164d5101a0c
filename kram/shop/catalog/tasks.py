"""Handlers: files of pictures that no product shows any more; dates that have come."""

from dataclasses import dataclass

from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.images import store_avif
from kram.kit.storage import FileMissing, Storage
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.events import CatalogDue, MediaAdded, MediaRemoved
from kram.shop.catalog.models import Media
from kram.shop.catalog.queries import mark_avif
from kram.shop.catalog.service.schedule import follow_schedule


@dataclass(frozen=True, slots=True)
class Pictures:
    storage: Storage

    async def draw_avif(self, delivery: Delivery[MediaAdded]) -> None:
        """Hears `media.added.v1`. Without it, or where the stored WebP is gone, pages show WebP.

        Of a picture that was removed meanwhile nothing is left behind.
        """
        media_id, key = delivery.message.media_id, delivery.message.key
        is_drawn = await self._drawn(key)
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            is_shown = await tx.get(Media, media_id) is not None
        if not is_shown:
            await self.storage.delete_under(key)
        async with delivery.done() as tx:
            if is_drawn and await mark_avif(tx, media_id):
                await mark_changed(tx)

    async def _drawn(self, key: str) -> bool:
        try:
            await store_avif(self.storage, key)
        except FileMissing:
            return False
        return True

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
