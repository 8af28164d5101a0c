"""One PostgreSQL and one Valkey per run; one migrated database, cloned for every worker.

A test that writes for good asks for `tenant`: a shop of its own. `tx` is undone at its end.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import Update, update

from kram.app.settings import Settings, read_settings
from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import APP_ROLE, HOT_ROLE, Tenant, TenantId
from kram.kit.db.tx import PlatformTx, TenantTx
from kram.kit.ids import new_id, public_code
from kram.tenants.models import Membership, Merchant, Role, Shop, TenantSchema
from kram.tenants.schema.platform import migrate_platform
from kram.tenants.schema.provision import refill_spares
from tests.schemas import Wardrobe
from tests.stack import Services, start_services, stop_services
from tests.stress.tables import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

ROOT = Path(__file__).parents[1]
TEMPLATE = "kram_template"
SECRET_KEY = "test:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SPARES_IN_TEMPLATE = 12

_services = pytest.StashKey[Services]()
_addresses = pytest.StashKey[tuple[str, str]]()


# --- services: started by the controller, told to the workers ---------------------------------


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", None)
    if told is not None:
        config.stash[_addresses] = (told["database_url"], told["redis_url"])


def pytest_sessionstart(session: pytest.Session) -> None:
    if _addresses in session.config.stash or session.config.option.collectonly:
        return
    services = start_services(ROOT)
    session.config.stash[_services] = services
    session.config.stash[_addresses] = (services.database_url, services.redis_url)
    asyncio.run(_make_template(services.database_url, services.redis_url))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _services in session.config.stash:
        stop_services(session.config.stash[_services])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]
    node.workerinput["database_url"], node.workerinput["redis_url"] = node.config.stash[_addresses]


async def _make_template(database_url: str, redis_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    await owner.close()
    settings = make_settings(_database(database_url, TEMPLATE), redis_url)
    passwords = {role: settings.role_password(role) for role in (APP_ROLE, HOT_ROLE)}
    await migrate_platform(settings.database_url, passwords)
    await refill_spares(settings.database_url, wanted=SPARES_IN_TEMPLATE)


def _database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def make_settings(database_url: str, redis_url: str, **changes: str) -> Settings:
    """Settings as a process of this test run would read them."""
    return read_settings(make_environment(database_url, redis_url, **changes))


def make_environment(database_url: str, redis_url: str, **changes: str) -> dict[str, str]:
    return {
        "KRAM_DATABASE_URL": database_url,
        "KRAM_REDIS_URL": redis_url,
        "KRAM_SECRET_KEY": SECRET_KEY,
        "KRAM_PUBLIC_URL": "http://127.0.0.1:8400",
        "KRAM_STORAGE_URL": "file:///nowhere",
        "KRAM_TELEGRAM_API_URL": "http://127.0.0.1:8401",
        "KRAM_ENVIRONMENT": "development",
        **changes,
    }


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def redis_url(request: pytest.FixtureRequest, worker_id: str) -> str:
    """Each worker has a Valkey database of its own."""
    number = 1 + int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    url = request.config.stash[_addresses][1]
    return urlsplit(url)._replace(path=f"/{number}").geturl()


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, worker_id: str) -> str:
    """The owner's address of this worker's clone."""
    url = request.config.stash[_addresses][0]
    name = f"kram_{worker_id}"

    async def clone() -> None:
        owner = await asyncpg.connect(url)
        # Cloning wants the template to itself: workers take turns.
        await owner.execute("SELECT pg_advisory_lock(1)")
        await owner.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        await owner.close()

    asyncio.run(clone())
    return _database(url, name)


# --- what tests use ---------------------------------------------------------------------------


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return make_settings(
        database_url,
        redis_url,
        KRAM_STORAGE_URL=f"file://{tmp_path}/media",
        KRAM_DATA_DIR=str(tmp_path),
    )


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return settings.keys


@pytest.fixture(scope="session")
async def db(anyio_backend: str, database_url: str, redis_url: str) -> AsyncIterator[Database]:
    settings = make_settings(database_url, redis_url)
    database = Database(settings.app_database_url, pool_size=30)
    yield database
    await database.close()


@pytest.fixture
async def valkey(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The database's owner, outside every scope: for looking at what the roles may not see."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def new_shop(db: Database, owner: asyncpg.Connection, **changes: str) -> Shop:
    """A shop with its own schema, an owner and a password nobody knows."""
    async with db.platform() as tx:
        merchant = Merchant(
            id=new_id(),
            email=f"{public_code().lower()}@example.com",
            password_hash="*",
            name="Olena",
            language="uk",
        )
        schema = await _claim(owner)
        values = {"name": "Kvitka", "currency": "UAH", "language": "uk", **changes}
        shop = Shop(id=new_id(), slug=f"s-{public_code().lower()}", schema=schema, **values)
        tx.add_all([merchant, shop])
        await tx.flush()
        tx.add(Membership(shop_id=shop.id, merchant_id=merchant.id, role=Role.OWNER))
        await tx.execute(_claimed(shop.id, schema))
    return shop


async def _claim(owner: asyncpg.Connection) -> str:
    name = await owner.fetchval(
        "SELECT name FROM platform.tenant_schema WHERE shop_id IS NULL LIMIT 1"
    )
    return name or await _wardrobe.take(owner)


def _claimed(shop_id: UUID, schema: str) -> Update:
    return (
        update(TenantSchema)
        .where(TenantSchema.name == schema)
        .values(shop_id=shop_id, claimed_at=utc_now())
    )


_wardrobe = Wardrobe()


@pytest.fixture
async def shop(db: Database, owner: asyncpg.Connection) -> AsyncIterator[Shop]:
    shop = await new_shop(db, owner)
    yield shop
    _wardrobe.put(shop.schema, shop.id)


@pytest.fixture
def tenant(shop: Shop) -> Tenant:
    return Tenant(TenantId(shop.id), shop.schema, shop.slug)


@pytest.fixture
async def other_shop(db: Database, owner: asyncpg.Connection) -> AsyncIterator[Shop]:
    shop = await new_shop(db, owner, name="Inshyi")
    yield shop
    _wardrobe.put(shop.schema, shop.id)


@pytest.fixture
def other_tenant(other_shop: Shop) -> Tenant:
    return other_shop.tenant


class _Undo(Exception):
    """Leaves a transaction's block without a commit."""


@pytest.fixture
async def tx(db: Database, tenant: Tenant) -> AsyncIterator[TenantTx]:
    try:
        async with db.tenant(tenant) as tx:
            yield tx
            raise _Undo
    except _Undo:
        pass


@pytest.fixture
async def platform_tx(db: Database) -> AsyncIterator[PlatformTx]:
    try:
        async with db.platform() as tx:
            yield tx
            raise _Undo
    except _Undo:
        pass
