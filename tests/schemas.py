"""Schemas of shops that tests are done with, cleaned for the next: a new one takes 0.1 s to make.

Only what is like new again is handed out. A test that changed a table, a right or a rule, left much
behind or a transaction open costs the next one a new schema, never its truth.
"""

from uuid import UUID

import asyncpg

from kram.kit.db.scope import PLATFORM_SCHEMA
from kram.kit.ids import new_id
from kram.tenants.schema.provision import make_schema

_MOST_BYTES = 16 * 2**20

_LOOKS = """
    WITH schema AS (SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname = $1),
    look (words) AS (
        SELECT concat_ws(',', relname, relkind, relacl, relnatts, relchecks, relrowsecurity)
        FROM pg_class JOIN schema ON relnamespace = schema.oid
        UNION ALL
        SELECT concat_ws(',', relname, attname, atttypid, attnotnull, atthasdef, attacl)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
        JOIN schema ON relnamespace = schema.oid
        UNION ALL
        SELECT concat_ws(',', conname, contype, convalidated)
        FROM pg_constraint JOIN schema ON connamespace = schema.oid
        UNION ALL
        SELECT concat_ws(',', relname, tgenabled, count(*))
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        JOIN schema ON relnamespace = schema.oid GROUP BY relname, tgenabled
        UNION ALL
        SELECT concat_ws(',', proname, prosrc)
        FROM pg_proc JOIN schema ON pronamespace = schema.oid
        UNION ALL
        SELECT concat_ws(',', nspacl, rolcanlogin, rolsuper, rolinherit, rolconfig)
        FROM schema JOIN pg_roles ON pg_roles.oid = nspowner
    )
    SELECT md5(string_agg(nameless.words, ' ' ORDER BY nameless.words))
    FROM look, schema, LATERAL (SELECT replace(look.words, nspname, '')) AS nameless (words)
"""

_BYTES = """
    SELECT sum(pg_relation_size(oid)) FROM pg_class
    WHERE relnamespace = $1::regnamespace AND relkind = 'r'
"""


_TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
"""

_OF_A_SHOP = f"""
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = '{PLATFORM_SCHEMA}' AND column_name = 'shop_id'
    AND table_name <> 'tenant_schema'
"""


class Wardrobe:
    """Of one worker's database."""

    def __init__(self) -> None:
        self._worn: list[tuple[str, UUID]] = []
        self._looks = ""
        self._cleaning = ""

    def put(self, schema: str, shop_id: UUID) -> None:
        self._worn.append((schema, shop_id))

    async def take(self, owner: asyncpg.Connection) -> str:
        """A schema like new, of no shop any more."""
        while self._worn:
            schema, shop_id = self._worn.pop()
            if await self._is_cleaned(owner, schema, shop_id):
                return schema
        return await make_schema(owner)

    async def _is_cleaned(self, owner: asyncpg.Connection, schema: str, shop_id: UUID) -> bool:
        if not self._looks:
            await self._measure(owner)
        if await owner.fetchval(_LOOKS, schema) != self._looks:
            return False
        if await owner.fetchval(_BYTES, schema) > _MOST_BYTES:
            return False
        cleaning = self._cleaning.replace("{schema}", schema).replace("{shop}", str(shop_id))
        try:
            async with owner.transaction():
                await owner.execute(cleaning)
        except asyncpg.LockNotAvailableError:
            return False
        return True

    async def _measure(self, owner: asyncpg.Connection) -> None:
        """By a schema that no test ever sees."""
        model = await make_schema(owner)
        self._looks = await owner.fetchval(_LOOKS, model)
        tables = [row["relname"] for row in await owner.fetch(_TABLES, model)]
        full = [
            name for name in tables if await owner.fetchval(f"SELECT count(*) FROM {model}.{name}")
        ]
        of_shop = [row["table_name"] for row in await owner.fetch(_OF_A_SHOP)]
        self._cleaning = "; ".join(
            [
                "SET LOCAL session_replication_role = replica",
                "SET LOCAL lock_timeout = '500ms'",
                *(f"DELETE FROM {{schema}}.{name}" for name in tables),
                *(f"INSERT INTO {{schema}}.{name} SELECT * FROM {model}.{name}" for name in full),
                *(
                    f"DELETE FROM {PLATFORM_SCHEMA}.{name} WHERE shop_id = '{{shop}}'"
                    for name in of_shop
                ),
                f"DELETE FROM {PLATFORM_SCHEMA}.shop WHERE id = '{{shop}}'",
            ]
        )
        await owner.execute(
            f"UPDATE {PLATFORM_SCHEMA}.tenant_schema SET shop_id = $2 WHERE name = $1",
            model,
            new_id(),
        )
