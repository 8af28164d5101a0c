"""The unit of work in a hundred shops against the same ORM in one plain schema."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import selectinload

from bench.figures import Figure, cost_of
from bench.ground import Ground
from kram.kit.db.database import Database
from kram.shop.catalog.models import Product

SHOPS = 100
_COUNT, _AT_ONCE = 4000, 10
_LIST = (
    select(Product).options(selectinload(Product.variants)).order_by(Product.created_at).limit(24)
)


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(SHOPS)
    limit = await _cost(ground, *_one_schema(ground))
    ours = await _cost(ground, *_unit_of_work(ground))
    return [
        Figure(
            f"a list of 24 by the ORM, role and path of {SHOPS} shops against one schema",
            ours.cpu,
            limit.cpu,
            "µs CPU",
            "≥ 80 %",
            f"client {ours.client_cpu:.0f} / {limit.client_cpu:.0f},"
            f" server {ours.server_cpu:.0f} / {limit.server_cpu:.0f}",
        )
    ]


async def _cost(ground, operation, close):  # type: ignore[no-untyped-def]
    cost = await cost_of(
        operation, count=_COUNT, at_once=_AT_ONCE, server_pid=ground.postgres_pid, warm_up=2000
    )
    await close()
    return cost


Measured = tuple[Callable[[int], Awaitable[object]], Callable[[], Awaitable[None]]]


def _unit_of_work(ground: Ground) -> Measured:
    db = Database(ground.settings.app_database_url, pool_size=_AT_ONCE)

    async def read(number: int) -> None:
        async with db.tenant(ground.tenants[number % SHOPS]) as tx:
            await tx.scalars(_LIST)

    return read, db.close


def _one_schema(ground: Ground) -> Measured:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        pool_size=_AT_ONCE,
        connect_args={
            "dsn": ground.settings.database_url,
            "server_settings": {"search_path": ground.tenants[0].schema, "jit": "off"},
        },
    )

    async def read(number: int) -> None:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            await session.scalars(_LIST)
            await session.commit()

    return read, engine.dispose
