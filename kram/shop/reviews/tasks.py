"""Handlers: orders that arrived, and files of photos that nobody shows any more."""

from dataclasses import dataclass

from kram.kit.db.tx import TenantTx
from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.orders.events import OrderDelivered
from kram.shop.reviews import queries
from kram.shop.reviews.events import ReviewPhotoRemoved


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
