"""The roles of a cell.

Processes sign in as `kram_app`, which owns nothing and inherits nothing: its rights come from
SET LOCAL ROLE alone, so RESET ROLE inside a shop's transaction leads to a role that may read no
table at all. `kram_hot` may only SELECT what the storefront's fast path reads.
"""

import asyncio
import random
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

_ATTEMPTS = 10
_PAUSE_SECONDS = 0.1


async def prepare_roles(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Makes the roles and renews the two sign-in passwords; harmless to repeat.

    Roles belong to the whole server and locks to one database: the migration of a second database
    of this server may do the same at this moment, and who comes second fails. So it is a short
    transaction of its own, and repeated.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with connection.transaction():
                await _make_roles(connection, passwords)
            return
        except asyncpg.PostgresError as error:
            if attempt == _ATTEMPTS or not _is_race(error):
                raise
        await asyncio.sleep(_PAUSE_SECONDS * attempt * random.uniform(0.5, 1.5))  # noqa: S311


def _is_race(error: asyncpg.PostgresError) -> bool:
    """PostgreSQL gives "tuple concurrently updated" no code of its own."""
    match error:
        case (
            asyncpg.UniqueViolationError()
            | asyncpg.DuplicateObjectError()
            | asyncpg.DeadlockDetectedError()
        ):
            return True
        case asyncpg.InternalServerError():
            return "concurrently" in str(error)
        case _:
            return False


async def prepare_cell(connection: asyncpg.Connection) -> None:
    """Makes empty schemas; harmless to repeat."""
    await connection.execute(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
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
