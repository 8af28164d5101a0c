"""An answer of success means that the commit has succeeded: nothing else does."""

from contextlib import suppress

import asyncpg
import httpx
import pytest
from litestar import Litestar, post
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.engine import CommitRefused
from kram.kit.db.scope import Tenant

pytestmark = pytest.mark.anyio

INSERT = text("INSERT INTO category (id, slug, name) VALUES (gen_random_uuid(), 'tea', 'Tea')")
KILL_ME = text("SELECT pid FROM (SELECT pg_backend_pid() AS pid) AS me")


async def answer(db: Database, tenant: Tenant, *statements: str) -> int:
    """The status of a door that inserts a row, runs the statements, and leaves its block."""

    @post("/")
    async def make() -> str:
        async with db.tenant(tenant) as tx:
            await tx.execute(INSERT)
            for statement in statements:
                await tx.execute(text(statement))
        return "made"

    transport = httpx.ASGITransport(Litestar([make]), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kram") as client:
        return (await client.post("/")).status_code


async def rows(db: Database, tenant: Tenant) -> int:
    async with db.tenant_read(tenant) as tx:
        return int(await tx.scalar(text("SELECT count(*) FROM category")))


async def test_commit_that_succeeds_is_answered_with_success(db: Database, tenant: Tenant) -> None:
    assert (await answer(db, tenant), await rows(db, tenant)) == (201, 1)


async def test_deferred_constraint_that_fails_at_commit_is_an_error(
    db: Database, tenant: Tenant
) -> None:
    async with db.tenant(tenant) as tx:
        await tx.execute(
            text(
                "ALTER TABLE category ADD CONSTRAINT one_tea UNIQUE (name)"
                " DEFERRABLE INITIALLY DEFERRED"
            )
        )
    second = "INSERT INTO category (id, slug, name) VALUES (gen_random_uuid(), 'tea-2', 'Tea')"
    assert (await answer(db, tenant, second), await rows(db, tenant)) == (500, 0)


async def test_connection_killed_before_commit_is_an_error(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    with pytest.raises((DBAPIError, ConnectionError, asyncpg.PostgresError)):
        async with db.tenant(tenant) as tx:
            await tx.execute(INSERT)
            pid = await tx.scalar(KILL_ME)
            await owner.execute("SELECT pg_terminate_backend($1)", pid)
    assert await rows(db, tenant) == 0


async def test_failure_swallowed_inside_the_block_is_still_an_error(
    db: Database, tenant: Tenant
) -> None:
    """PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error."""
    with pytest.raises(CommitRefused):
        async with db.tenant(tenant) as tx:
            await tx.execute(INSERT)
            with suppress(DBAPIError):
                await tx.execute(text("SELECT 1 / 0"))
    assert await rows(db, tenant) == 0


async def test_exception_in_the_block_leaves_no_row(db: Database, tenant: Tenant) -> None:
    assert (await answer(db, tenant, "SELECT 1 / 0"), await rows(db, tenant)) == (500, 0)


async def test_pool_is_whole_after_all_that(db: Database, tenant: Tenant) -> None:
    for _ in range(40):
        with pytest.raises(DBAPIError):
            async with db.tenant(tenant) as tx:
                await tx.execute(text("SELECT 1 / 0"))
    assert await rows(db, tenant) == 0
