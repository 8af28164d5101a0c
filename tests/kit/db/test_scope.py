"""A transaction sees one shop, or does not begin."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.engine import ScopeMissing
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id

pytestmark = pytest.mark.anyio


async def sqlstate(db: Database, tenant: Tenant, *statements: str) -> str:
    with pytest.raises(DBAPIError) as refused:
        async with db.tenant(tenant) as tx:
            for statement in statements:
                await tx.execute(text(statement))
    code: str = refused.value.orig.sqlstate  # type: ignore[union-attr]
    return code


async def test_transaction_acts_as_its_shop(tx: TenantTx, tenant: Tenant) -> None:
    row = (await tx.execute(text("SELECT current_user, current_schemas(false)"))).one()
    assert tuple(row) == (tenant.schema, [tenant.schema, "ext"])


async def test_no_scope_no_transaction(db: Database) -> None:
    async with db.engine.connect() as connection:
        with pytest.raises(ScopeMissing):
            await connection.execute(text("SELECT 1"))


async def test_every_table_of_another_shop_is_refused(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with db.tenant(other_tenant) as tx:
        tables = (
            await tx.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            )
        ).all()
    assert len(tables) > 20
    for table in tables:
        statement = f"SELECT count(*) FROM {other_tenant.schema}.{table}"
        assert await sqlstate(db, tenant, statement) == "42501"


@pytest.mark.parametrize("table", ["platform.merchant", "platform.shop", "platform.bot"])
async def test_control_plane_is_refused(db: Database, tenant: Tenant, table: str) -> None:
    assert await sqlstate(db, tenant, f"SELECT count(*) FROM {table}") == "42501"


@pytest.mark.parametrize("table", ["relay.outbox", "relay.handled", "relay.inbox"])
async def test_rows_in_flight_cannot_be_read(db: Database, tenant: Tenant, table: str) -> None:
    assert await sqlstate(db, tenant, f"SELECT count(*) FROM {table}") == "42501"


async def test_reset_role_leads_to_a_role_without_rights(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    for schema in (tenant.schema, other_tenant.schema):
        statement = f"SELECT count(*) FROM {schema}.product"
        assert await sqlstate(db, tenant, "RESET ROLE", statement) == "42501"


async def test_one_statement_cannot_smuggle_another(db: Database, tenant: Tenant) -> None:
    assert await sqlstate(db, tenant, "SELECT 1; SET ROLE kram_platform") == "42601"


@pytest.mark.parametrize("table", ["stock_move", "order_step"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_ledgers_cannot_be_changed(
    db: Database, tenant: Tenant, table: str, change: str
) -> None:
    assert await sqlstate(db, tenant, change.format(table)) == "42501"


async def test_reading_transaction_cannot_write(db: Database, tenant: Tenant) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with db.tenant_read(tenant) as tx:
            await tx.execute(text("UPDATE catalog_version SET version = 9"))
    assert refused.value.orig.sqlstate == "25006"  # type: ignore[union-attr]


async def test_missing_schema_never_falls_through(db: Database, owner) -> None:  # type: ignore[no-untyped-def]
    await owner.execute("CREATE TABLE IF NOT EXISTS public.product (id uuid)")
    try:
        ghost = Tenant(TenantId(new_id()), "t_neverwasmade", "ghost")
        # The role does not exist either: the transaction does not even begin.
        assert await sqlstate(db, ghost, "SELECT id FROM product") in {"22023", "42704"}
    finally:
        await owner.execute("DROP TABLE public.product")


async def test_two_open_transactions_keep_their_shops(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    where = text("SELECT current_schema()")
    async with db.tenant(tenant) as one, db.tenant(other_tenant) as two:
        assert [await one.scalar(where), await two.scalar(where)] == [
            tenant.schema,
            other_tenant.schema,
        ]


@pytest.mark.parametrize("name", ["public", "t_x; DROP SCHEMA platform", "T_ABCD", "platform", ""])
def test_schema_names_are_checked(name: str) -> None:
    with pytest.raises(ValueError, match="is not a shop's schema"):
        Tenant(TenantId(new_id()), name, "x")
