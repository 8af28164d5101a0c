"""Promising units, with one warehouse and with three, against the bare statement that may not miss.

The limit is what a careful hand would write for one warehouse: lock, judge, write, in one message
through asyncpg alone. It knows neither places nor promises ahead, and tells nobody.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from bench.figures import Cost, Figure, cost_of
from bench.ground import Ground
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.service import receive_many, reserve
from kram.shop.inventory.service.warehouses import WarehouseDraft, add_warehouse
from kram.tenants.actor import Actor

_COUNT, _AT_ONCE, _LINES = 2000, 4, 2
_BARE = """
    WITH held AS (
        UPDATE stock SET reserved = reserved + 1
        FROM (
            SELECT variant_id, warehouse_id FROM stock WHERE variant_id = ANY ($1::uuid[])
            ORDER BY variant_id FOR UPDATE
        ) AS locked
        WHERE stock.variant_id = locked.variant_id AND stock.warehouse_id = locked.warehouse_id
          AND stock.on_hand > stock.reserved
        RETURNING stock.variant_id, stock.warehouse_id
    )
    INSERT INTO reservation (id, order_id, variant_id, warehouse_id, quantity)
    SELECT gen_random_uuid(), $2::uuid, variant_id, warehouse_id, 1 FROM held
"""

Operation = Callable[[int], Awaitable[object]]


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(2)
    owner = await ground.owner()
    schema = ground.tenants[0].schema
    variants = [row[0] for row in await owner.fetch(f"SELECT variant_id FROM {schema}.stock")]
    others = [
        row[0]
        for row in await owner.fetch(f"SELECT variant_id FROM {ground.tenants[1].schema}.stock")
    ]
    await owner.close()
    limit = await _bare(ground, sorted(variants))
    db = Database(ground.settings.app_database_url, pool_size=_AT_ONCE)
    one = await _cost(ground, _reserving(ground, db, 0, sorted(variants)))
    await _open_places(ground, db, others)
    three = await _cost(ground, _reserving(ground, db, 1, sorted(others)))
    await db.close()
    return [
        _figure("two lines promised, one warehouse, against bare SQL", one, limit, "≥ 40 %"),
        _figure("the same from three warehouses", three, limit, ""),
    ]


def _figure(what: str, ours: Cost, limit: Cost, goal: str) -> Figure:
    note = f"server {ours.server_cpu:.0f} / {limit.server_cpu:.0f}"
    return Figure(what, ours.cpu, limit.cpu, "µs CPU", goal, note)


def _pick(variants: list[UUID], number: int) -> list[UUID]:
    first = number * _LINES % (len(variants) - _LINES)
    return variants[first : first + _LINES]


async def _bare(ground: Ground, variants: list[UUID]) -> Cost:
    pool = await asyncpg.create_pool(
        ground.settings.database_url,
        min_size=_AT_ONCE,
        max_size=_AT_ONCE,
        server_settings={"search_path": ground.tenants[0].schema, "jit": "off"},
    )

    async def promise(number: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(_BARE, _pick(variants, number), new_id())

    cost = await _cost(ground, promise)
    await pool.close()
    return cost


def _reserving(ground: Ground, db: Database, shop: int, variants: list[UUID]) -> Operation:
    async def promise(number: int) -> None:
        async with db.tenant(ground.tenants[shop]) as tx:
            wanted = dict.fromkeys(_pick(variants, number), 1)
            await reserve(tx, new_id(), wanted, None)

    return promise


async def _open_places(ground: Ground, db: Database, variants: list[UUID]) -> None:
    async with db.tenant(ground.tenants[1]) as tx:
        for name in ("Depot", "Kiosk"):
            place = await add_warehouse(tx, WarehouseDraft(name))
            units = dict.fromkeys(variants, 100_000)
            actor = Actor.system("bench")
            await receive_many(tx, units, MoveCause.RECEIVED, actor, warehouse_id=place.id)


async def _cost(ground: Ground, operation: Operation) -> Cost:
    return await cost_of(
        operation, count=_COUNT, at_once=_AT_ONCE, server_pid=ground.postgres_pid, warm_up=300
    )
