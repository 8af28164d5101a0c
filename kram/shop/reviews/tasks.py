"""Handlers: orders that arrived, and files of photos that nobody shows."""

from dataclasses import dataclass

from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.orders.events import OrderDelivered
from kram.shop.reviews import queries
from kram.shop.reviews.events import ReviewPhotoRemoved, ReviewPhotoTaken


async def mark_bought(tx: TenantTx, event: OrderDelivered) -> None:
    """What was said before the parcel came is now said by who bought it."""
    await queries.mark_bought(tx, event.order_id)


@dataclass(frozen=True, slots=True)
class ReviewPhotos:
    storage: Storage

    async def delete(self, delivery: Delivery[ReviewPhotoRemoved]) -> None:
        await self.storage.delete_under(delivery.message.key)
        async with delivery.done():
            return

    async def sweep(self, delivery: Delivery[ReviewPhotoTaken]) -> None:
        """A photo that was uploaded and never sent."""
        key = delivery.message.key
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            is_shown = await queries.is_shown(tx, key)
        if not is_shown:
            await self.storage.delete_under(key)
        async with delivery.done():
            return
