"""From the commit of an order to the commits of its handlers, through relay, queue and worker.

PostgreSQL itself keeps the times of both commits, so that no client's delay is in the figure.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from bench.figures import Figure, percentile
from bench.ground import PRODUCTS, Ground
from kram.app.wiring import SUBSCRIBERS
from kram.kit import valkey
from kram.kit.clock import utc_now
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant, TenantId
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.catalog.queries import products_page
from kram.shop.customers.models import Customer
from kram.shop.orders import service
from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.tenants.actor import Actor

PER_SECOND, SECONDS = 50, 20
_WARM_UP = timedelta(seconds=3)
_HANDLERS = SUBSCRIBERS.events["order.placed.v1"]
_MILLISECONDS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(handled.xmin)
                        - pg_xact_commit_timestamp(placed.xmin))::float * 1000
  FROM orders AS placed
  JOIN relay.outbox AS event
    ON event.name = 'order.placed.v1' AND event.payload ->> 'order_id' = placed.id::text
  CROSS JOIN unnest($2::text[]) AS wanted (handler)
  LEFT JOIN relay.handled AS handled
    ON handled.row_id = event.id AND handled.handler = wanted.handler
 WHERE placed.created_at >= $1
"""


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(1)
    owner = await ground.owner()
    tenant = await _named_by_its_id(ground)
    await owner.execute(f"SET search_path TO {tenant.schema}")
    redis = valkey.connect(ground.settings.redis_url)
    wake = valkey.Waker(redis, valkey.RELAY_CHANNEL).wake
    db = Database(ground.settings.app_database_url, pool_size=10, wake=wake)
    with _processes(ground):
        shop = await _Shop.opened(db, tenant)
        await _wait_for_the_first(shop, owner)
        began = utc_now()
        await _sell(shop)
        await asyncio.sleep(2)
    rows = await owner.fetch(_MILLISECONDS, began + _WARM_UP, _HANDLERS)
    for connection in (db, owner):
        await connection.close()
    await redis.aclose()
    return [_figure([row[0] for row in rows])]


def _figure(times: list[float | None]) -> Figure:
    """`times`: of each order and handler, None where it has not happened."""
    handled = [milliseconds for milliseconds in times if milliseconds is not None]
    middle, late = percentile(handled, 0.5), percentile(handled, 0.99)
    lost = len(times) - len(handled)
    orders = len(times) // len(_HANDLERS)
    note = f"p50 {middle:.1f}; {orders} orders, {len(_HANDLERS)} handlers each, {lost} not handled"
    what = f"commit to handler's commit at {PER_SECOND} orders/s, p99"
    return Figure(what, late, None, "ms", "≤ 25 ms", note)


async def _named_by_its_id(ground: Ground) -> Tenant:
    """The echo worker finds the schema by the tenant's id, without a registry."""
    shop, owner = new_id(), await ground.owner()
    old, new = ground.tenants[0].schema, f"t_{shop.hex}"
    await owner.execute(f"ALTER SCHEMA {old} RENAME TO {new}")
    await owner.execute(f"ALTER ROLE {old} RENAME TO {new}")
    await owner.close()
    return Tenant(TenantId(shop), new, "bench")


@contextmanager
def _processes(ground: Ground) -> Iterator[None]:
    settings = ground.settings
    environment = {
        **os.environ,
        "KRAM_DATABASE_URL": settings.database_url,
        "KRAM_REDIS_URL": settings.redis_url,
        "KRAM_SECRET_KEY": ground.secret_key,
        "KRAM_PUBLIC_URL": settings.public_url,
        "KRAM_STORAGE_URL": settings.storage_url,
    }
    commands = (["-m", "kram", "run", "relay"], ["-m", "bench.echo_worker"])
    running = [subprocess.Popen([sys.executable, *words], env=environment) for words in commands]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)


@dataclass(frozen=True, slots=True)
class _Shop:
    db: Database
    tenant: Tenant
    customer_id: UUID
    variant_ids: list[UUID]

    @classmethod
    async def opened(cls, db: Database, tenant: Tenant) -> "_Shop":
        async with db.tenant(tenant) as tx:
            products = (await products_page(tx, limit=PRODUCTS)).items
            customer = Customer(id=new_id(), name="Ivan", language="uk", seen_at=datetime.now(UTC))
            tx.add(customer)
        return cls(db, tenant, customer.id, [product.variants[0].id for product in products])

    async def order(self, number: int) -> None:
        draft = _draft(self.customer_id, self.variant_ids[number % len(self.variant_ids)])
        async with self.db.tenant(self.tenant) as tx:
            await service.place(tx, draft, Actor.system("bench"))


async def _wait_for_the_first(shop: _Shop, owner: asyncpg.Connection) -> None:
    """The worker imports for seconds: how long is not this benchmark's matter."""
    await shop.order(0)
    async with asyncio.timeout(60):
        while await owner.fetchval("SELECT count(*) FROM relay.handled") < len(_HANDLERS):
            await asyncio.sleep(0.1)


async def _sell(shop: _Shop) -> None:
    """Places orders at a steady rate, whether or not earlier ones are through."""
    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(int((SECONDS + _WARM_UP.total_seconds()) * PER_SECOND)):
            await asyncio.sleep(started + number / PER_SECOND - time.monotonic())
            group.create_task(shop.order(number))


def _draft(customer_id: UUID, variant_id: UUID) -> OrderDraft:
    return OrderDraft(
        customer_id=customer_id,
        lines=(DraftLine(variant_id, 1),),
        payment_method="cod",
        pay_until=None,
        delivery=Money(0, "UAH"),
        recipient="Ivan",
        phone="+380441234567",
        address="Lviv",
        language="uk",
    )
