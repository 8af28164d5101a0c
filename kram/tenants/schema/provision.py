"""Makes shops' schemas ahead of need and hands them out.

Making one takes tens of milliseconds, claiming a spare one a single UPDATE; a sign-up waits for
the latter only. Schema names are opaque, so a claim renames nothing.
"""

from functools import cache

import asyncpg

from kram.kit.db.scope import APP_ROLE, EXTENSIONS_SCHEMA, HOT_ROLE, PLATFORM_SCHEMA, TENANT_GROUP
from kram.kit.ids import public_code
from kram.tenants.schema.tree import load_tree

HOT_TABLES = (
    "product",
    "variant",
    "media",
    "category",
    "stock",
    "stock_policy",
    "warehouse",
    "catalog_version",
    "collection",
    "collection_product",
    "bundle_component",
    "price_list",
    "list_price",
    "price_history",
    "slug_redirect",
    "attribute",
    "configurator",
)
"""What the storefront's fast path may read."""

APPEND_ONLY_TABLES = (
    "stock_move",
    "order_step",
    "customer_step",
    "price_history",
    "gift_card_move",
    "point_move",
    "design",
)
"""Ledgers and what is never changed: the shop's own role may not change or delete their rows."""

ERASABLE_COLUMNS = {"order_step": ("actor_name", "note", "detail")}
"""Words in a ledger, which a person may ask to be forgotten; what happened and when stays."""

SPARES_WANTED = 8


async def make_schema(connection: asyncpg.Connection, *, cell: str = "main") -> str:
    """Makes one spare schema with its role in one transaction; returns its name."""
    name = f"t_{public_code(20).lower()}"
    async with connection.transaction():
        await connection.execute(_creation_script(name))
        await connection.execute(
            f"INSERT INTO {PLATFORM_SCHEMA}.tenant_schema (name, cell, revision)"
            " VALUES ($1, $2, $3)",
            name,
            cell,
            load_tree("tenant").head,
        )
    return name


async def refill_spares(owner_url: str, *, wanted: int = SPARES_WANTED) -> int:
    """Makes schemas until `wanted` are spare; returns how many were made."""
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        spare = await connection.fetchval(
            f"SELECT count(*) FROM {PLATFORM_SCHEMA}.tenant_schema"
            " WHERE shop_id IS NULL AND revision = $1",
            load_tree("tenant").head,
        )
        missing: int = max(0, wanted - spare)
        for _ in range(missing):
            await make_schema(connection)
        return missing
    finally:
        await connection.close()


async def drop_schema(connection: asyncpg.Connection, name: str) -> None:
    """Removes a schema, its role and its registry row. The rows are gone for good."""
    async with connection.transaction():
        await connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        await connection.execute(
            f"DELETE FROM {PLATFORM_SCHEMA}.tenant_schema WHERE name = $1", name
        )
        await connection.execute(f"DROP ROLE IF EXISTS {name}")


def _creation_script(name: str) -> str:
    return _template().replace("{schema}", name)


@cache
def _template() -> str:
    """One simple-protocol message: three times faster than statement by statement."""
    ledgers = ", ".join(APPEND_ONLY_TABLES)
    return f"""
        CREATE ROLE {{schema}} NOLOGIN;
        GRANT {TENANT_GROUP} TO {{schema}} WITH INHERIT TRUE;
        GRANT {{schema}} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
        GRANT {{schema}} TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE;
        CREATE SCHEMA {{schema}} AUTHORIZATION {{schema}};
        SET LOCAL search_path TO {{schema}}, {EXTENSIONS_SCHEMA};
        SET LOCAL ROLE {{schema}};
        {load_tree("tenant").script}
        GRANT USAGE ON SCHEMA {{schema}} TO {HOT_ROLE};
        GRANT SELECT ON {", ".join(HOT_TABLES)} TO {HOT_ROLE};
        REVOKE UPDATE, DELETE, TRUNCATE ON {ledgers} FROM {{schema}};
        {_words()}
        RESET ROLE;
        RESET search_path;
    """


def _words() -> str:
    """After the ledgers' REVOKE, which takes the rights on columns along."""
    return "\n".join(
        f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {{schema}};"
        for table, columns in ERASABLE_COLUMNS.items()
    )
