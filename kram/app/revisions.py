"""Whether the database is at this release, for `kram doctor`."""

import asyncpg

from kram.app.devstack.checkup import Finding
from kram.tenants.schema.migrate import lagging_schemas
from kram.tenants.schema.tree import load_tree

_PATIENCE_SECONDS = 5
_REMEDY = "Run `kram migrate --all`."


async def look_at_revisions(owner_url: str) -> Finding:
    connection = await asyncpg.connect(owner_url, timeout=_PATIENCE_SECONDS)
    try:
        at = await connection.fetchval("SELECT revision FROM platform.schema_revision")
        lagging = await lagging_schemas(connection, load_tree("tenant"))
        schemas = await connection.fetchval("SELECT count(*) FROM platform.tenant_schema")
    except (asyncpg.InvalidSchemaNameError, asyncpg.UndefinedTableError):
        return Finding("Migrations", "none were made", _REMEDY)
    finally:
        await connection.close()
    head = load_tree("platform").head
    found = (
        f"control plane at {at} of {head}, {schemas - len(lagging)} of {schemas} schemas current"
    )
    return Finding("Migrations", found, _REMEDY if lagging or at != head else "")
