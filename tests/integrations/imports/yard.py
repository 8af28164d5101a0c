"""A shop where files come in: its storage, its events and its worker."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kram.integrations.imports import service
from kram.integrations.imports.layout import inspect
from kram.integrations.imports.models import ImportJob
from kram.integrations.imports.undo import request_undo
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.kit.storage import Storage
from kram.tenants.actor import Actor, ActorKind
from tests.house import House

GOODS = Path(__file__).parents[2] / "fixtures" / "goods" / "goods_1000.csv"
OLENA = Actor(ActorKind.MERCHANT, "11111111-0000-7000-8000-000000000001", "Olena")


@dataclass
class Yard:
    """A shop's warehouse yard: files come in here."""

    db: Database
    tenant: Tenant
    storage: Storage
    house: House
    folder: Path

    async def send(self, content: bytes) -> Any:
        """Starts an import as a door does; its id."""
        path = self.folder / "sent.csv"
        path.write_bytes(content)
        job_id = new_id()
        key = service.storage_key(self.tenant.id, job_id)
        await self.storage.put(key, content, "text/csv")
        async with self.db.tenant(self.tenant) as tx:
            await service.start_import(
                tx,
                job_id=job_id,
                key=key,
                filename="goods.csv",
                layout=inspect(path, "uk"),
                actor=OLENA,
            )
        return job_id

    async def prepare(self, content: bytes | str) -> Any:
        """A draft, as a door makes one; its id."""
        body = content.encode() if isinstance(content, str) else content
        path = self.folder / "sent"
        path.write_bytes(body)
        job_id = new_id()
        key = service.storage_key(self.tenant.id, job_id)
        await self.storage.put(key, body, "application/octet-stream")
        async with self.db.tenant(self.tenant) as tx:
            await service.prepare_import(
                tx,
                job_id=job_id,
                key=key,
                filename="goods",
                layout=inspect(path, "uk"),
                actor=OLENA,
            )
        return job_id

    async def check(self, job_id: Any) -> ImportJob:
        """To its end."""
        async with self.db.tenant(self.tenant) as tx:
            await service.check_import(tx, job_id)
        await self.house.settle()
        return await self.job(job_id)

    async def run(self, job_id: Any) -> ImportJob:
        """To its end."""
        async with self.db.tenant(self.tenant) as tx:
            await service.run_import(tx, job_id)
        await self.house.settle()
        return await self.job(job_id)

    async def take(self, content: bytes | str) -> ImportJob:
        """The whole way, to its end."""
        job_id = await self.send(content.encode() if isinstance(content, str) else content)
        await self.house.settle()
        return await self.job(job_id)

    async def undo(self, job_id: Any) -> ImportJob:
        """To its end."""
        async with self.db.tenant(self.tenant) as tx:
            await request_undo(tx, job_id, OLENA)
        await self.house.settle()
        return await self.job(job_id)

    async def job(self, job_id: Any) -> ImportJob:
        async with self.db.tenant_read(self.tenant) as tx:
            return await service.get_import(tx, job_id)

    async def age(self, job_id: Any, since: timedelta) -> None:
        """The import ended so long ago."""
        async with self.db.tenant(self.tenant) as tx:
            (await service.get_import(tx, job_id)).finished_at = tx.now - since

    async def faults(self, job: ImportJob, *, of_undo: bool = False) -> list[tuple[int, str, str]]:
        async with self.db.tenant_read(self.tenant) as tx:
            found = await service.errors_of(tx, job.id, of_undo=of_undo)
        return [(fault.row, fault.column, fault.value) for fault in found]

    async def rows(self, query: str) -> list[Any]:
        async with self.db.tenant_read(self.tenant) as tx:
            return [tuple(row) for row in await tx.execute(text(query))]

    async def goods(self) -> list[Any]:
        """Title, SKU, variant, price, units; by SKU."""
        return await self.rows(
            "SELECT product.title, sku, variant.title, price_minor, on_hand FROM variant"
            " JOIN product ON product.id = product_id"
            " LEFT JOIN stock ON variant_id = variant.id ORDER BY sku"
        )

    async def size(self) -> dict[str, int]:
        names = ("product", "variant", "stock", "category", "stock_move")
        return {name: (await self.rows(f"SELECT count(*) FROM {name}"))[0][0] for name in names} | {
            "version": (await self.rows("SELECT version FROM catalog_version"))[0][0]
        }


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created, job.updated, job.unchanged, job.failed
