"""From the commit of an order to the commit of its handler, through relay, queue and worker."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from bench.echo_worker import TIMES
from bench.figures import Figure, percentile
from bench.ground import PRODUCTS, Ground
from kram.kit import valkey
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
_WARM_UP_SECONDS = 3


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(1)
    tenant = await _named_by_its_id(ground)
    redis = valkey.connect(ground.settings.redis_url)
    wake = valkey.Waker(redis, valkey.RELAY_CHANNEL).wake
    db = Database(ground.settings.app_database_url, pool_size=10, wake=wake)
    with _processes(ground):
        await asyncio.sleep(3)
        committed = await _sell(db, tenant)
        await asyncio.sleep(2)
    handled = [line.decode().split() for line in await redis.lrange(TIMES, 0, -1)]
    await db.close()
    await redis.aclose()
    return [_figure(committed, {UUID(row): float(at) for row, at in handled})]


def _figure(committed: dict[UUID, float], handled: dict[UUID, float]) -> Figure:
    lost = len(committed.keys() - handled.keys())
    milliseconds = [(handled[row] - at) * 1000 for row, at in committed.items() if row in handled]
    note = f"p50 {percentile(milliseconds, 0.5):.1f}, {len(committed)} orders, {lost} lost"
    what = f"commit to handler at {PER_SECOND} orders/s, p99"
    return Figure(what, percentile(milliseconds, 0.99), None, "ms", "≤ 25 ms", note)


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


async def _sell(db: Database, tenant: Tenant) -> dict[UUID, float]:
    """Places orders at a steady rate, whether or not earlier ones are through; event → commit."""
    async with db.tenant(tenant) as tx:
        products = (await products_page(tx, limit=PRODUCTS)).items
        customer = Customer(id=new_id(), name="Ivan", language="uk", seen_at=datetime.now(UTC))
        tx.add(customer)
    variants = [product.variants[0].id for product in products]
    committed: dict[UUID, float] = {}

    async def order(number: int) -> None:
        draft = _draft(customer.id, variants[number % len(variants)])
        async with db.tenant(tenant) as tx:
            await service.place(tx, draft, Actor.system("bench"))
            [row_id] = [
                pending.id
                for pending in tx.pending_events
                if pending.event.name == "order.placed.v1"
            ]
        if number >= _WARM_UP_SECONDS * PER_SECOND:
            committed[row_id] = time.monotonic()

    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range((SECONDS + _WARM_UP_SECONDS) * PER_SECOND):
            await asyncio.sleep(started + number / PER_SECOND - time.monotonic())
            group.create_task(order(number))
    return committed


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
