"""Handlers: photos that were uploaded and never sent with a return."""

from dataclasses import dataclass

from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.returns import queries
from kram.shop.returns.events import ReturnPhotoTaken


@dataclass(frozen=True, slots=True)
class ReturnPhotos:
    storage: Storage

    async def sweep(self, delivery: Delivery[ReturnPhotoTaken]) -> None:
        key = delivery.message.key
        async with delivery.db.tenant_read(delivery.tenant) as tx:
            is_sent = await queries.has_photo(tx, key)
        if not is_sent:
            await self.storage.delete_under(key)
        async with delivery.done():
            return
