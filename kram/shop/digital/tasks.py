"""Files of goods, between the storage and the rows that tell of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote
from uuid import UUID

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import Delivery
from kram.kit.ids import new_id
from kram.kit.storage import Storage
from kram.kit.storage.deposits import deposited
from kram.shop.digital.errors import FileNotKept
from kram.shop.digital.events import FileRemoved
from kram.shop.digital.links import Link
from kram.shop.digital.models import DigitalFile
from kram.shop.digital.service import add_file, download
from kram.shop.digital.service.files import CONTENT_TYPE, storage_key

_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on its way out; `body` is to be read to its end, or closed."""

    file: DigitalFile
    body: BinaryIO

    async def pieces(self) -> AsyncIterator[bytes]:
        with self.body:
            while piece := await asyncio.to_thread(self.body.read, _PIECE):
                yield piece

    @property
    def headers(self) -> dict[str, str]:
        """Whatever it is, no browser shows it as a page of ours, and nobody keeps a copy."""
        name = quote(self.file.name, safe="")
        return {
            "content-type": CONTENT_TYPE,
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "content-length": str(self.file.size_bytes),
            "content-security-policy": "sandbox; default-src 'none'",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        }


@dataclass(frozen=True, slots=True)
class FileStore:
    db: Database
    storage: Storage

    async def keep(
        self, tenant: Tenant, variant_id: UUID, name: str, size_bytes: int, body: BinaryIO
    ) -> DigitalFile:
        """`body` stands at its beginning. Raises what `add_file` does; then nothing is kept."""
        key = storage_key(tenant.id, new_id())
        async with deposited(self.storage, key) as deposit:
            await self.storage.put(key, body, CONTENT_TYPE)
            async with self.db.tenant(tenant) as tx:
                file = await add_file(tx, variant_id, name, size_bytes, key)
                deposit.keep()
        return file

    async def fetch(self, tenant: Tenant, link: Link) -> Sent:
        """Counted only if there is something to send. Raises what `download` does, FileMissing,
        StorageUnavailable.
        """
        async with self.db.tenant_read(tenant) as tx:
            file = await tx.get(DigitalFile, link.file_id)
        if file is None:
            raise FileNotKept
        body = await self.storage.open(file.key)
        try:
            async with self.db.tenant(tenant) as tx:
                return Sent(await download(tx, link.grant_id, link.file_id, link.id), body)
        except BaseException:
            body.close()
            raise


@dataclass(frozen=True, slots=True)
class Removals:
    storage: Storage

    async def delete(self, delivery: Delivery[FileRemoved]) -> None:
        """Hears `digital.file_removed.v1`."""
        await self.storage.delete(delivery.message.key)
        async with delivery.done():
            return
