"""A product list as JSON: by the lanes, against bare asyncpg in the same framework."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
from litestar import Litestar, get

from bench.figures import Cost, Figure, cost_of
from bench.ground import Ground
from kram.kit.db.lanes import Lanes
from kram.shop.catalog.storefront import making
from kram.shop.catalog.storefront.cards import ProductCard
from kram.shop.catalog.storefront.list_queries import Shape, list_query
from kram.shop.catalog.storefront.reader import StorefrontReader

MANY = 1000
_COUNT, _AT_ONCE, _CONNECTIONS = 6000, 20, 8

App = tuple[Litestar, Callable[[], Awaitable[object]]]


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(1)
    limit = await _measure(ground, await _bare_asyncpg(ground), 1)
    one = await _measure(ground, await _by_lanes(ground), 1)
    await ground.grow(MANY)
    many = await _measure(ground, await _by_lanes(ground), MANY)
    naive = await _measure(ground, await _by_transactions(ground), MANY)
    return [
        _figure("list of 24 as JSON, lanes against asyncpg, one shop", one, limit, "≥ 75 %"),
        _figure(f"the same, {MANY} shops against one shop", many, one, "≥ 60 %"),
        _figure(f"{MANY} shops, lanes against a transaction each", many, naive, "≥ 250 %"),
    ]


def _figure(what: str, ours: Cost, limit: Cost, goal: str) -> Figure:
    note = (
        f"client {ours.client_cpu:.0f} / {limit.client_cpu:.0f},"
        f" server {ours.server_cpu:.0f} / {limit.server_cpu:.0f}"
    )
    return Figure(what, ours.cpu, limit.cpu, "µs CPU", goal, note)


async def _measure(ground: Ground, app: App, shops: int) -> Cost:
    """Calls the application itself: no socket, so that the load generator costs nothing."""
    litestar, close = app
    call = _caller(litestar)

    async def request(number: int) -> None:
        # Every shop is asked as often as any other: the worst case for a cache.
        await call(f"/{ground.tenants[number % shops].schema}")

    cost = await cost_of(
        request,
        count=_COUNT,
        at_once=_AT_ONCE,
        server_pid=ground.postgres_pid,
        warm_up=max(1000, shops * 4),
    )
    await close()
    return cost


def _caller(app: Litestar) -> Callable[[str], Awaitable[None]]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def call(path: str) -> None:
        status = 0

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [],
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
            "state": {},
        }
        await app(scope, receive, send)  # type: ignore[arg-type]
        assert status == 200, status

    return call


async def _by_lanes(ground: Ground) -> App:
    lanes = Lanes(ground.settings.hot_database_url, size=_CONNECTIONS)
    reader = StorefrontReader(lanes)
    tenants = {tenant.schema: tenant for tenant in ground.tenants}

    @get("/{shop:str}")
    async def products(shop: str) -> list[ProductCard]:
        return (await reader.list_products(tenants[shop])).items

    return Litestar([products], openapi_config=None), lanes.close


async def _bare_asyncpg(ground: Ground) -> App:
    """The same statement and cards, one pool, one schema, no scope: what the driver can do."""
    tenant = ground.tenants[0]
    pool = await asyncpg.create_pool(
        ground.settings.database_url,
        min_size=_CONNECTIONS,
        max_size=_CONNECTIONS,
        server_settings={"search_path": tenant.schema, "jit": "off"},
    )
    query = list_query(Shape(size=25))
    sql = query.sql(tenant).replace(f"{tenant.schema}.", "")
    arguments = query.arguments({})
    card = _card_of(query)

    @get("/{shop:str}")
    async def products(shop: str) -> list[Any]:
        async with pool.acquire() as connection:
            return [card(row) for row in (await connection.fetch(sql, *arguments))[:24]]

    return Litestar([products], openapi_config=None), pool.close


def _card_of(query: Any) -> Callable[[asyncpg.Record], msgspec.Struct]:
    return lambda record: making.card(query.rows([record])[0])


async def _by_transactions(ground: Ground) -> App:
    """What one writes first: any free connection, a transaction, the path set inside it."""
    pool = await asyncpg.create_pool(
        ground.settings.database_url, min_size=_CONNECTIONS, max_size=_CONNECTIONS
    )
    query = list_query(Shape(size=25))
    arguments = query.arguments({})
    card = _card_of(query)

    @get("/{shop:str}")
    async def products(shop: str) -> list[Any]:
        sql = query.sql(ground.tenants[0]).replace(f"{ground.tenants[0].schema}.", "")
        async with pool.acquire() as connection:
            await connection.execute(f"BEGIN; SET LOCAL search_path TO {shop}")
            rows = await connection.fetch(sql, *arguments)
            await connection.execute("COMMIT")
        return [card(row) for row in rows[:24]]

    return Litestar([products], openapi_config=None), pool.close
