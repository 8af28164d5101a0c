"""Writes a migration from the models: `python scripts/migration.py tenant "Add a gift message"`.

Needs a running stack (`make up`) or KRAM_DATABASE_URL. Read and edit what it wrote.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import DowngradeOps, UpgradeOps
from sqlalchemy import Connection, MetaData, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

import kram.app.models  # noqa: F401  (fills the metadata)
from kram.kit.db.base import PlatformBase, RelayBase, TenantBase
from kram.tenants.schema.tree import MIGRATIONS, Step, load_tree

_SCRATCH = "kram_scratch"
_PAGE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {before}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def _metadata(tree: str) -> list[MetaData]:
    if tree == "tenant":
        return [TenantBase.metadata]
    return [PlatformBase.metadata, RelayBase.metadata]


def _write(connection: Connection, tree: str, message: str) -> Path:
    ups: list[str] = []
    downs: list[str] = []
    for metadata in _metadata(tree):
        found = produce_migrations(_context(connection, metadata), metadata)
        assert found.upgrade_ops
        assert found.downgrade_ops
        ups.append(_python(found.upgrade_ops))
        downs.insert(0, _python(found.downgrade_ops))
    steps = _steps(tree)
    revision = f"{len(steps) + 1:04d}"
    name = "_".join(message.lower().rstrip(".").split())[:40]
    path = MIGRATIONS / tree / "versions" / f"{revision}_{name}.py"
    path.write_text(
        _PAGE.format(
            message=message,
            revision=revision,
            before=f'"{steps[-1].revision}"' if steps else "None",
            upgrade="\n    ".join(ups),
            downgrade="\n    ".join(downs),
        )
    )
    return path


def _python(ops: UpgradeOps | DowngradeOps) -> str:
    # The renderer writes the JSONB's text type without its module.
    return render_python_code(ops).replace("astext_type=Text()", "astext_type=sa.Text()")


def _context(connection: Connection, metadata: MetaData) -> MigrationContext:
    return MigrationContext.configure(
        connection,
        opts={
            "target_metadata": metadata,
            "include_schemas": metadata.schema is not None,
            "include_name": lambda name, kind, _: kind != "schema" or name == metadata.schema,
        },
    )


def _steps(tree: str) -> tuple[Step, ...]:
    return load_tree(tree).steps if any((MIGRATIONS / tree / "versions").glob("*.py")) else ()


async def _fill(url: str, tree: str) -> None:
    """Brings the scratch database to the tree's newest revision."""
    connection = await asyncpg.connect(url)
    for schema in ("platform", "relay"):
        await connection.execute(f"CREATE SCHEMA {schema}")
    for step in _steps(tree):
        await connection.execute(step.sql)
    await connection.close()


async def main(tree: str, message: str) -> None:
    url = (
        os.environ.get("KRAM_DATABASE_URL")
        or json.loads(Path(".kram/up.json").read_text())["database_url"]
    )
    owner = await asyncpg.connect(url)
    await owner.execute(f"DROP DATABASE IF EXISTS {_SCRATCH}")
    await owner.execute(f"CREATE DATABASE {_SCRATCH} TEMPLATE template0")
    scratch_url = urlsplit(url)._replace(path=f"/{_SCRATCH}").geturl()
    try:
        await _fill(scratch_url, tree)
        engine = create_async_engine(
            "postgresql+asyncpg://", poolclass=NullPool, connect_args={"dsn": scratch_url}
        )
        async with engine.connect() as connection:
            path = await connection.run_sync(_write, tree, message)
    finally:
        await owner.execute(f"DROP DATABASE {_SCRATCH}")
        await owner.close()
    subprocess.run(["ruff", "format", "-q", path], check=True)
    print(path)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
