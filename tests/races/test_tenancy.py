"""Many shops over few shared connections: never a row of another shop (properties 20 and 21)."""

import asyncio
import inspect
import random

import asyncpg
import pytest
from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.tenants.schema.provision import make_schema

pytestmark = pytest.mark.anyio

WHO = text("SELECT name FROM category")


async def shops_with_names(db: Database, owner: asyncpg.Connection, count: int) -> list[Tenant]:
    """Each shop's only category is called like its schema."""
    tenants = []
    for _ in range(count):
        schema = await make_schema(owner)
        tenant = Tenant(TenantId(new_id()), schema, schema)
        # Claimed, or another test would be given a shop that is not empty.
        await owner.execute(
            "UPDATE platform.tenant_schema SET shop_id = $1 WHERE name = $2", tenant.id, schema
        )
        tenants.append(tenant)
        async with db.tenant(tenant) as tx:
            await tx.execute(
                text("INSERT INTO category (id, slug, name) VALUES (:id, 'own', :name)"),
                {"id": new_id(), "name": schema},
            )
    return tenants


async def mixed_requests(db: Database, tenants: list[Tenant], requests: int) -> int:
    """Reads, writes, failures and cancellations at random; returns foreign rows seen."""
    foreign = 0
    dice = random.Random(20)  # the same mixture every time

    async def request(tenant: Tenant, kind: str) -> None:
        nonlocal foreign
        try:
            async with asyncio.timeout(dice.random() * 0.02 if kind == "cancelled" else 30):
                async with db.tenant(tenant) as tx:
                    names = (await tx.scalars(WHO)).all()
                    foreign += sum(name != tenant.schema for name in names)
                    if kind == "write":
                        await tx.execute(
                            text("UPDATE category SET position = position + 1 WHERE name = :name"),
                            {"name": tenant.schema},
                        )
                    if kind == "fails":
                        raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        except TimeoutError:
            assert kind == "cancelled"

    gate = asyncio.Semaphore(40)

    async def one() -> None:
        async with gate:
            kind = dice.choice(["read", "read", "write", "fails", "cancelled"])
            await request(dice.choice(tenants), kind)

    async with asyncio.TaskGroup() as group:
        for _ in range(requests):
            group.create_task(one())
    return foreign


async def written_elsewhere(owner: asyncpg.Connection, tenants: list[Tenant]) -> int:
    counts = [
        await owner.fetchval(
            f"SELECT count(*) FROM {tenant.schema}.category WHERE name <> $1", tenant.schema
        )
        for tenant in tenants
    ]
    return sum(counts)


async def test_mixed_requests_over_shared_connections(
    db: Database, owner: asyncpg.Connection
) -> None:
    tenants = await shops_with_names(db, owner, 12)
    assert await mixed_requests(db, tenants, 1500) == 0
    assert await written_elsewhere(owner, tenants) == 0


@pytest.mark.stress
async def test_mixed_requests_at_full_size(db: Database, owner: asyncpg.Connection) -> None:
    tenants = await shops_with_names(db, owner, 200)
    assert await mixed_requests(db, tenants, 100_000) == 0
    assert await written_elsewhere(owner, tenants) == 0


async def test_path_set_on_the_session_shows_foreign_rows(
    db: Database, owner: asyncpg.Connection, database_url: str
) -> None:
    """The negative control: the same question with a path that outlives its transaction."""
    tenants = await shops_with_names(db, owner, 6)
    foreign = 0

    async def request(connection: asyncpg.Connection, turn: asyncio.Lock, tenant: Tenant) -> None:
        nonlocal foreign
        async with turn:
            await connection.execute(f"SET search_path TO {tenant.schema}")
        async with turn:
            names = [row["name"] for row in await connection.fetch("SELECT name FROM category")]
        foreign += sum(name != tenant.schema for name in names)

    connection, turn = await asyncpg.connect(database_url), asyncio.Lock()
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(60):
                group.create_task(request(connection, turn, tenants[number % 6]))
    finally:
        await connection.close()
    assert foreign > 0


def test_nothing_opens_a_transaction_without_naming_whose() -> None:
    """There is no default shop: every way in wants a tenant or says that it is the platform."""
    ways = {
        name: list(inspect.signature(method).parameters)
        for name, method in inspect.getmembers(Database, inspect.isfunction)
        if name in {"tenant", "tenant_read", "platform"}
    }
    assert ways == {
        "tenant": ["self", "tenant"],
        "tenant_read": ["self", "tenant"],
        "platform": ["self"],
    }
