"""Schemas are made ahead of need, claimed at once, and dropped without a trace."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.tenants import queries
from kram.tenants.schema.provision import (
    APPEND_ONLY_TABLES,
    ERASABLE_COLUMNS,
    drop_schema,
    make_schema,
)
from kram.tenants.schema.tree import load_tree

pytestmark = pytest.mark.anyio


async def test_made_schema_is_whole_and_registered(db: Database, owner: asyncpg.Connection) -> None:
    name = await make_schema(owner)
    revision = await owner.fetchval(
        "SELECT revision FROM platform.tenant_schema WHERE name = $1", name
    )
    assert revision == load_tree("tenant").head
    async with db.tenant_read(Tenant(TenantId(new_id()), name, "spare")) as tx:
        assert await tx.scalar(text("SELECT version FROM catalog_version")) == 1
        assert await tx.scalar(text("SELECT next_number FROM order_counter")) == 1001


async def test_schema_owner_is_its_own_role(owner: asyncpg.Connection) -> None:
    name = await make_schema(owner)
    owners = await owner.fetch(
        "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = $1", name
    )
    assert [row["tableowner"] for row in owners] == [name]


async def test_ledgers_are_append_only_in_every_schema(owner: asyncpg.Connection) -> None:
    name = await make_schema(owner)
    for table in APPEND_ONLY_TABLES:
        rights = [
            await owner.fetchval(
                "SELECT has_table_privilege($1, $2, $3)", name, f"{name}.{table}", right
            )
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        ]
        assert rights == [True, True, False, False, False]


async def test_only_words_of_a_ledger_may_be_forgotten(owner: asyncpg.Connection) -> None:
    name = await make_schema(owner)
    changeable = await owner.fetch(
        "SELECT table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = $1 AND privilege_type = 'UPDATE' AND table_name = ANY($2)",
        name,
        list(APPEND_ONLY_TABLES),
    )
    allowed = {(table, column) for table, names in ERASABLE_COLUMNS.items() for column in names}
    assert {(row["table_name"], row["column_name"]) for row in changeable} == allowed


async def test_two_sign_ups_never_claim_the_same_schema(
    db: Database, owner: asyncpg.Connection
) -> None:
    for _ in range(6):
        await make_schema(owner)

    async def claim() -> str | None:
        async with db.platform() as tx:
            return await queries.claim_schema(tx, new_id())

    claimed = await asyncio.gather(*(claim() for _ in range(6)))
    assert None not in claimed
    assert len(set(claimed)) == 6


async def test_unguarded_claim_gives_one_schema_twice(
    db: Database, owner: asyncpg.Connection
) -> None:
    """The negative control: look first, take afterwards."""
    for _ in range(3):
        await make_schema(owner)
    everybody_looked = asyncio.Barrier(3)

    async def claim() -> str:
        async with db.platform() as tx:
            name: str = await tx.scalar(
                text("SELECT name FROM tenant_schema WHERE shop_id IS NULL ORDER BY created_at")
            )
            await everybody_looked.wait()
            await tx.execute(
                text("UPDATE tenant_schema SET claimed_at = now() WHERE name = :name"),
                {"name": name},
            )
            return name

    assert len(set(await asyncio.gather(*(claim() for _ in range(3))))) < 3


async def test_dropped_schema_leaves_neither_role_nor_row(owner: asyncpg.Connection) -> None:
    name = await make_schema(owner)
    await drop_schema(owner, name)
    counts = await owner.fetchrow(
        "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = $1),"
        " (SELECT count(*) FROM pg_roles WHERE rolname = $1),"
        " (SELECT count(*) FROM platform.tenant_schema WHERE name = $1)",
        name,
    )
    assert tuple(counts) == (0, 0, 0)
