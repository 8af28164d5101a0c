"""A database with shops in it, made for one run of the benchmarks and removed afterwards.

Unlike the tests' it keeps PostgreSQL's own durability (fsync on): latencies are those of a server
whose commits survive a power cut, as far as the machine's disk tells the truth.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from kram.app.devstack.postgres import EmbeddedPostgres
from kram.app.devstack.prepared import copy_prepared
from kram.app.devstack.valkey import EmbeddedValkey
from kram.app.settings import Settings, read_settings
from kram.kit.crypto import generate_key
from kram.kit.db.scope import APP_ROLE, HOT_ROLE, Tenant, TenantId
from kram.kit.ids import new_id
from kram.tenants.schema.platform import migrate_platform
from kram.tenants.schema.provision import make_schema

PRODUCTS = 100


@dataclass(frozen=True, slots=True)
class Ground:
    settings: Settings
    secret_key: str
    postgres_pid: int
    tenants: list[Tenant]

    async def owner(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.settings.database_url)

    async def grow(self, shops: int) -> None:
        """Makes shops with goods until there are so many."""
        owner = await self.owner()
        while len(self.tenants) < shops:
            name = await make_schema(owner)
            tenant = Tenant(TenantId(new_id()), name, name)
            await _stock_up(owner, tenant)
            self.tenants.append(tenant)
        await owner.execute("VACUUM ANALYZE")
        await owner.close()


@asynccontextmanager
async def prepared() -> AsyncIterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="kram-bench-"))
    folder.chmod(0o755)  # the server's unprivileged user passes through
    postgres = EmbeddedPostgres(folder / "postgres", {"track_commit_timestamp": "on"})
    valkey = EmbeddedValkey(folder / "valkey")
    try:
        await asyncio.to_thread(copy_prepared, postgres.data_dir)
        database_url = await asyncio.to_thread(postgres.start)
        redis_url = await asyncio.to_thread(valkey.start)
        secret_key = f"bench:{generate_key()}"
        settings = read_settings(
            {
                "KRAM_DATABASE_URL": database_url,
                "KRAM_REDIS_URL": redis_url,
                "KRAM_SECRET_KEY": secret_key,
                "KRAM_PUBLIC_URL": "http://127.0.0.1",
                "KRAM_STORAGE_URL": f"file://{folder}/media",
                "KRAM_ENVIRONMENT": "development",
            }
        )
        passwords = {role: settings.role_password(role) for role in (APP_ROLE, HOT_ROLE)}
        await migrate_platform(database_url, passwords)
        yield Ground(settings, secret_key, postgres.pid, [])
    finally:
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(valkey.stop)
        shutil.rmtree(folder, ignore_errors=True)


async def _stock_up(owner: asyncpg.Connection, tenant: Tenant) -> None:
    """Goods as plain rows: what is measured is reading and selling them."""
    categories: list[UUID] = [new_id() for _ in range(5)]
    products: list[UUID] = [new_id() for _ in range(PRODUCTS)]
    variants: list[UUID] = [new_id() for _ in range(PRODUCTS)]
    numbers = list(range(PRODUCTS))
    async with owner.transaction():
        await owner.execute(f"SET LOCAL search_path TO {tenant.schema}")
        await owner.execute(
            "INSERT INTO category (id, slug, name)"
            " SELECT id, 'c' || n, 'Category ' || n"
            " FROM unnest($1::uuid[]) WITH ORDINALITY AS c (id, n)",
            categories,
        )
        await owner.execute(
            "INSERT INTO product (id, slug, title, description, category_id)"
            " SELECT id, 'p' || n, 'Ліхтар налобний ' || n, repeat('Опис товару. ', 20),"
            " ($3::uuid[])[1 + n % 5]"
            " FROM unnest($1::uuid[], $2::int[]) AS p (id, n)",
            products,
            numbers,
            categories,
        )
        await owner.execute(
            "INSERT INTO variant (id, product_id, sku, price_minor, currency)"
            " SELECT v, p, 'SKU' || n, 10000 + n, 'UAH'"
            " FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS r (v, p, n)",
            variants,
            products,
            numbers,
        )
        await owner.execute(
            "INSERT INTO stock (variant_id, warehouse_id, on_hand)"
            " SELECT v, (SELECT id FROM warehouse LIMIT 1), 1000000"
            " FROM unnest($1::uuid[]) AS v",
            variants,
        )
