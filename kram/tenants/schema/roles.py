"""The roles of a cell.

Processes sign in as `kram_app`, which owns nothing and inherits nothing: its rights come from
SET LOCAL ROLE alone, so RESET ROLE inside a shop's transaction leads to a role that may read no
table at all. `kram_hot` may only SELECT what the storefront's fast path reads.
"""

from collections.abc import Mapping

import asyncpg

from kram.kit.db.scope import (
    APP_ROLE,
    EXTENSIONS_SCHEMA,
    HOT_ROLE,
    PLATFORM_ROLE,
    PLATFORM_SCHEMA,
    RELAY_SCHEMA,
    TENANT_GROUP,
)

_ADVISORY_LOCK = 0x6B72616D
"""One migration of the control plane at a time per database."""


async def prepare_cell(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Makes roles and empty schemas; harmless to repeat. Renews the two sign-in passwords."""
    await connection.execute(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
    await _make_roles(connection, passwords)
    await connection.execute(
        f"""
        CREATE SCHEMA IF NOT EXISTS {EXTENSIONS_SCHEMA};
        CREATE SCHEMA IF NOT EXISTS {PLATFORM_SCHEMA} AUTHORIZATION {PLATFORM_ROLE};
        CREATE SCHEMA IF NOT EXISTS {RELAY_SCHEMA} AUTHORIZATION {PLATFORM_ROLE};
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA {EXTENSIONS_SCHEMA}
            TO {PLATFORM_ROLE}, {TENANT_GROUP}, {HOT_ROLE};
        GRANT USAGE ON SCHEMA {RELAY_SCHEMA} TO {TENANT_GROUP};
        """
    )


async def _make_roles(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    existing = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
    for role in (PLATFORM_ROLE, TENANT_GROUP, APP_ROLE, HOT_ROLE):
        if role not in existing:
            await connection.execute(f"CREATE ROLE {role} NOINHERIT")
    for role, password in passwords.items():
        quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
        await connection.execute(f"ALTER ROLE {role} LOGIN PASSWORD {quoted}")
    await connection.execute(
        f"""
        GRANT {PLATFORM_ROLE} TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE;
        GRANT {PLATFORM_ROLE} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE;
        ALTER ROLE {HOT_ROLE} SET default_transaction_read_only = on;
        """
    )


async def grant_relay(connection: asyncpg.Connection) -> None:
    """Shops insert rows in flight; reading and finishing them is the platform's alone."""
    await connection.execute(
        f"GRANT INSERT ON {RELAY_SCHEMA}.outbox, {RELAY_SCHEMA}.handled TO {TENANT_GROUP}"
    )
