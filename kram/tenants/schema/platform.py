"""Brings the control plane's own schemas to the newest revision."""

from collections.abc import Mapping

import asyncpg

from kram.kit.db.scope import PLATFORM_ROLE, PLATFORM_SCHEMA
from kram.tenants.schema.roles import grant_relay, prepare_cell, prepare_roles
from kram.tenants.schema.tree import BASE, load_tree

_VERSION_TABLE = f"{PLATFORM_SCHEMA}.schema_revision"


async def migrate_platform(owner_url: str, passwords: Mapping[str, str]) -> str:
    """After the roles one transaction: all missing steps or none. Returns the revision reached;
    safe to repeat.

    `passwords` maps the two sign-in roles to what their processes will present.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        await prepare_roles(connection, passwords)
        async with connection.transaction():
            await prepare_cell(connection)
            await connection.execute(f"SET LOCAL ROLE {PLATFORM_ROLE}")
            await _take_missing_steps(connection)
            await grant_relay(connection)
    finally:
        await connection.close()
    return load_tree("platform").head


async def _take_missing_steps(connection: asyncpg.Connection) -> None:
    tree = load_tree("platform")
    await connection.execute(
        f"CREATE TABLE IF NOT EXISTS {_VERSION_TABLE} (revision text NOT NULL)"
    )
    current = await connection.fetchval(f"SELECT revision FROM {_VERSION_TABLE}") or BASE
    for step in tree.after(current):
        await connection.execute(step.sql)
    if current == BASE:
        await connection.execute(f"INSERT INTO {_VERSION_TABLE} VALUES ($1)", tree.head)
    else:
        await connection.execute(f"UPDATE {_VERSION_TABLE} SET revision = $1", tree.head)
