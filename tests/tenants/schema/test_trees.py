"""The two trees of migrations lead where the models are, and back."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

import kram.app.models  # noqa: F401 (fills the metadata)
from kram.kit.db.base import PlatformBase, RelayBase, TenantBase
from kram.tenants.schema.tree import MIGRATIONS, load_tree, render

pytestmark = pytest.mark.anyio


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "target_metadata": metadata,
            "compare_server_default": True,
            "include_schemas": metadata.schema is not None,
            "include_name": lambda name, kind, _: kind != "schema" or name == metadata.schema,
            "include_object": lambda _, name, *__: name != "schema_revision",
        },
    )
    return list(compare_metadata(context, metadata))


async def drift(url: str, metadata: MetaData, path: str) -> list[object]:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        connect_args={"dsn": url, "server_settings": {"search_path": path}},
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(differences, metadata)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("base", [PlatformBase, RelayBase])
async def test_control_plane_is_what_the_models_say(
    database_url: str, base: type[PlatformBase]
) -> None:
    assert await drift(database_url, base.metadata, "public") == []


async def test_shop_is_what_the_models_say(database_url: str, tenant) -> None:  # type: ignore[no-untyped-def]
    assert await drift(database_url, TenantBase.metadata, tenant.schema) == []


@pytest.mark.parametrize("tree", ["platform", "tenant"])
async def test_up_down_up(owner: asyncpg.Connection, tree: str) -> None:
    scripts = list(ScriptDirectory(str(MIGRATIONS / tree)).walk_revisions())
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute("CREATE SCHEMA stairs; SET LOCAL search_path TO stairs")
        if tree == "platform":
            for schema in ("platform", "relay"):
                await owner.execute(f"ALTER SCHEMA {schema} RENAME TO {schema}_kept")
                await owner.execute(f"CREATE SCHEMA {schema}")
        for step in load_tree(tree).steps:
            await owner.execute(step.sql)
        for script in scripts:
            await owner.execute(render(script, "downgrade"))
        left = await owner.fetchval(
            "SELECT count(*) FROM pg_tables WHERE schemaname = ANY($1)",
            ["stairs"] if tree == "tenant" else ["platform", "relay"],
        )
        assert left == 0
        for step in load_tree(tree).steps:
            await owner.execute(step.sql)
    finally:
        await transaction.rollback()
