"""Handlers: files of pictures that no product shows any more."""

from dataclasses import dataclass

from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.catalog.events import MediaRemoved


@dataclass(frozen=True, slots=True)
class Pictures:
    storage: Storage

    async def delete(self, delivery: Delivery[MediaRemoved]) -> None:
        """All widths of the picture; nothing for one that is gone already."""
        await self.storage.delete_under(delivery.message.key)
        async with delivery.done():
            return
