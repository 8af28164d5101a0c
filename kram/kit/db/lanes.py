"""The read-only fast path: a short list of statements, compiled once, run by the bare driver.

A tenant always comes to one of two connections ("lanes"), so that a lane's caches stay warm for
few shops; a lane that has touched too many is replaced, because a backend keeps about 55 kB for
every table of every shop that it has seen and gives it back only by closing.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import asyncpg
import msgspec
from sqlalchemy import Select

from kram.kit.db.compiled import Compiled
from kram.kit.db.scope import Tenant

R = TypeVar("R", bound=msgspec.Struct)

_PLACEHOLDER = "kram_tenant_schema"
_STATEMENT_TIMEOUT_MS = "5000"


class HotQuery(Compiled, Generic[R]):
    """A SELECT over the shop's tables; its columns are, in order, the fields of `row`."""

    def __init__(self, statement: Select[*tuple[Any, ...]], row: type[R]) -> None:
        super().__init__(
            statement,
            schema_translate_map={None: _PLACEHOLDER},
            render_schema_translate=True,
        )
        self._row = row
        self._of_schema: dict[str, str] = {}

    def sql(self, tenant: Tenant) -> str:
        known = self._of_schema.get(tenant.schema)
        if known is None:
            known = self.text.replace(_PLACEHOLDER, tenant.schema)
            self._of_schema[tenant.schema] = known
        return known

    def rows(self, records: Sequence[asyncpg.Record]) -> list[R]:
        row = self._row
        return [row(*record) for record in records]


class Lanes:
    """`tenants_a_lane` bounds the memory of one backend."""

    def __init__(self, url: str, *, size: int = 8, tenants_a_lane: int = 400) -> None:
        self._lanes = [_Lane(url, tenants_a_lane) for _ in range(size)]

    async def fetch(self, query: HotQuery[R], tenant: Tenant, **values: Any) -> list[R]:
        """Raises TimeoutError when the database does not answer within 5 s."""
        lane = self._choose(tenant)
        records = await lane.fetch(tenant.schema, query.sql(tenant), query.arguments(values))
        return query.rows(records)

    async def probe(self) -> None:
        """Raises when the database does not answer."""
        await self._lanes[0].fetch("", "SELECT 1", [])

    def _choose(self, tenant: Tenant) -> "_Lane":
        # Of the two lanes that know this shop the idler one: a busy shop cannot block another.
        number = hash(tenant.schema)
        count = len(self._lanes)
        one = self._lanes[number % count]
        two = self._lanes[(number // count) % count]
        return one if one.waiting <= two.waiting else two

    async def close(self) -> None:
        for lane in self._lanes:
            await lane.close()


class _Lane:
    def __init__(self, url: str, tenants_before_retiring: int) -> None:
        self._url = url
        self._budget = tenants_before_retiring
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._seen: set[str] = set()
        self.waiting = 0

    async def fetch(self, schema: str, sql: str, arguments: list[Any]) -> list[asyncpg.Record]:
        self.waiting += 1
        try:
            async with self._turn:
                connection = await self._ready(schema)
                records: list[asyncpg.Record] = await connection.fetch(sql, *arguments, timeout=5)
                return records
        finally:
            self.waiting -= 1

    async def _ready(self, schema: str) -> asyncpg.Connection:
        if len(self._seen) >= self._budget and schema not in self._seen:
            await self.close()
        if self._connection is None or self._connection.is_closed():
            self._connection = await _connect(self._url)
            self._seen.clear()
        self._seen.add(schema)
        return self._connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close(timeout=2)


async def _connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        url,
        timeout=5,
        statement_cache_size=5000,
        max_cached_statement_lifetime=0,
        server_settings={
            "application_name": "kram-lane",
            "jit": "off",
            "statement_timeout": _STATEMENT_TIMEOUT_MS,
        },
    )
