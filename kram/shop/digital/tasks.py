"""What follows when files are removed."""

from dataclasses import dataclass

from kram.kit.events.handling import Delivery
from kram.kit.storage import Storage
from kram.shop.digital.events import FileRemoved


@dataclass(frozen=True, slots=True)
class Files:
    storage: Storage

    async def delete(self, delivery: Delivery[FileRemoved]) -> None:
        """Hears `digital.file_removed.v1`."""
        await self.storage.delete(delivery.message.key)
        async with delivery.done():
            return
