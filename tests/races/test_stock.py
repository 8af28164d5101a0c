"""Many buyers, few units. Every promise of the stock is raced here, and the race can be lost."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.inventory import service
from kram.shop.inventory.errors import OutOfStock, Shortage, StockTooLow
from kram.shop.inventory.models import MoveCause, Reservation, Stock
from kram.shop.inventory.rules import sum_by_variant
from tests.conftest import make_settings
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF, held, ledger_sum, stock_of

pytestmark = pytest.mark.anyio

BUYERS, UNITS, CONNECTIONS = 200, 50, 40
DEADLOCK = "40P01"

Attempt = Callable[[TenantTx], Awaitable[None]]


@pytest.fixture
async def crowd(database_url: str, redis_url: str) -> AsyncIterator[Database]:
    """The shop's database as many processes at once would use it."""
    settings = make_settings(database_url, redis_url)
    database = Database(settings.app_database_url, pool_size=CONNECTIONS)
    yield database
    await database.close()


async def race(db: Database, tenant: Tenant, attempts: Sequence[Attempt]) -> Counter[str]:
    """Runs every attempt in a transaction of its own; counts how they ended."""
    turn = asyncio.Semaphore(CONNECTIONS)

    async def run(attempt: Attempt) -> str:
        try:
            async with turn, db.tenant(tenant) as tx:
                await attempt(tx)
        except OutOfStock:
            return "out of stock"
        except DBAPIError as error:
            return getattr(error.orig, "sqlstate", "?")
        return "done"

    return Counter(await asyncio.gather(*map(run, attempts)))


async def shelves(db: Database, tenant: Tenant, *units: int) -> list[UUID]:
    async with db.tenant(tenant) as tx:
        return [await make_variant(tx, stock=count) for count in units]


def buys(*wanted: tuple[UUID, int]) -> Attempt:
    async def attempt(tx: TenantTx) -> None:
        await service.reserve(tx, new_id(), sum_by_variant(wanted), None)

    return attempt


async def test_200_buyers_of_50_units(crowd: Database, tenant: Tenant) -> None:
    [variant] = await shelves(crowd, tenant, UNITS)
    ended = await race(crowd, tenant, [buys((variant, 1))] * BUYERS)
    assert ended == {"done": 50, "out of stock": 150}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (50, 50)
        assert await held(tx, variant) == 50


async def test_without_the_guard_the_same_race_oversells(crowd: Database, tenant: Tenant) -> None:
    """The negative control: read, judge in the program, write back; with no CHECK to stop it."""
    [variant] = await shelves(crowd, tenant, UNITS)
    async with crowd.tenant(tenant) as tx:
        await tx.execute(text("ALTER TABLE stock DROP CONSTRAINT ck_stock_reserved_within"))

    async def attempt(tx: TenantTx) -> None:
        query = select(Stock.on_hand, Stock.reserved, Stock.warehouse_id)
        row = (await tx.execute(query.where(Stock.variant_id == variant))).one()
        if row.on_hand - row.reserved < 1:
            raise OutOfStock([Shortage(variant, 1, 0)])
        await tx.execute(
            update(Stock).where(Stock.variant_id == variant).values(reserved=row.reserved + 1)
        )
        tx.add(
            Reservation(
                id=new_id(),
                order_id=new_id(),
                variant_id=variant,
                warehouse_id=row.warehouse_id,
                quantity=1,
            )
        )

    ended = await race(crowd, tenant, [attempt] * BUYERS)
    assert ended["done"] > UNITS
    async with crowd.tenant_read(tenant) as reading:
        assert await held(reading, variant) > UNITS


async def test_200_carts_of_two_goods_in_any_order(crowd: Database, tenant: Tenant) -> None:
    one, two = await shelves(crowd, tenant, UNITS, UNITS)
    carts = [[(one, 1), (two, 1)] for _ in range(BUYERS)]
    for cart in carts:
        random.shuffle(cart)
    ended = await race(crowd, tenant, [buys(*cart) for cart in carts])
    assert ended == {"done": 50, "out of stock": 150}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, one) == await stock_of(tx, two) == (50, 50)


async def test_locks_taken_in_the_order_of_the_cart_deadlock(
    crowd: Database, tenant: Tenant
) -> None:
    """The negative control of the sorting: one conditional UPDATE a line, as the cart has them."""
    one, two = await shelves(crowd, tenant, UNITS, UNITS)
    halfway = asyncio.Barrier(2)

    def takes(first: UUID, second: UUID) -> Attempt:
        async def attempt(tx: TenantTx) -> None:
            await take_one(tx, first)
            await halfway.wait()
            await take_one(tx, second)

        return attempt

    ended = await race(crowd, tenant, [takes(one, two), takes(two, one)])
    assert ended == {"done": 1, DEADLOCK: 1}


async def take_one(tx: TenantTx, variant: UUID) -> None:
    await tx.execute(
        update(Stock)
        .where(Stock.variant_id == variant, Stock.on_hand > Stock.reserved)
        .values(reserved=Stock.reserved + 1)
    )


async def test_duplicate_lines_are_one_wish(crowd: Database, tenant: Tenant) -> None:
    """A set and its own component: one unit is left, two are needed."""
    [variant] = await shelves(crowd, tenant, 1)
    ended = await race(crowd, tenant, [buys((variant, 1), (variant, 1))] * 10)
    assert ended == {"out of stock": 10}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (1, 0)


async def test_units_freed_while_we_wait_are_ours(crowd: Database, tenant: Tenant) -> None:
    """The row had none when our statement began, and has one when its lock comes free."""
    [variant] = await shelves(crowd, tenant, 1)
    holder = new_id()
    async with crowd.tenant(tenant) as tx:
        await service.reserve(tx, holder, {variant: 1}, None)

    async with asyncio.TaskGroup() as group, crowd.tenant(tenant) as tx:
        await service.release(tx, holder)
        waiting = group.create_task(race(crowd, tenant, [buys((variant, 1))]))
        await asyncio.sleep(0.2)
    assert waiting.result() == {"done": 1}
    async with crowd.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (1, 1)
        assert await held(reading, variant) == 1


async def test_ten_releases_of_one_order_free_it_once(crowd: Database, tenant: Tenant) -> None:
    [variant] = await shelves(crowd, tenant, 5)
    order = new_id()
    async with crowd.tenant(tenant) as tx:
        await service.reserve(tx, new_id(), {variant: 1}, None)
        await service.reserve(tx, order, {variant: 3}, None)

    async def attempt(tx: TenantTx) -> None:
        await service.release(tx, order)

    assert await race(crowd, tenant, [attempt] * 10) == {"done": 10}
    async with crowd.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (5, 1)


@pytest.mark.parametrize(
    ("people", "steps"), [(12, 50), pytest.param(8, 1250, marks=pytest.mark.stress)]
)
async def test_the_ledger_adds_up_after_anything(
    crowd: Database, tenant: Tenant, people: int, steps: int
) -> None:
    """Random operations of many people over 4 goods: the sums and the promises agree.

    Each has orders of their own, as each order's row is locked by whoever works on it.
    """
    variants = await shelves(crowd, tenant, 20, 20, 20, 20)
    seeds = random.Random(7)

    async def wander(seed: int) -> None:
        chance, orders = random.Random(seed), [new_id() for _ in range(5)]
        for _ in range(steps):
            try:
                async with crowd.tenant(tenant) as tx:
                    await one_step(tx, chance, orders, variants)
            except (OutOfStock, StockTooLow):
                continue

    await asyncio.gather(*(wander(seeds.getrandbits(32)) for _ in range(people)))
    async with crowd.tenant_read(tenant) as reading:
        for variant in variants:
            on_hand, reserved = await stock_of(reading, variant)
            assert on_hand == await ledger_sum(reading, variant)
            assert reserved == await held(reading, variant)
            assert 0 <= reserved <= on_hand


async def one_step(
    tx: TenantTx, chance: random.Random, orders: Sequence[UUID], variants: Sequence[UUID]
) -> None:
    order, some = chance.choice(orders), chance.sample(variants, chance.randint(1, 3))
    match chance.randint(0, 4):
        case 0:
            deltas = {variant: chance.choice((-3, -1, 1, 2, 4)) for variant in some}
            await service.receive_many(tx, deltas, MoveCause.CORRECTED, STAFF)
        case 1:
            counted = {variant: chance.randint(0, 30) for variant in some}
            await service.recount(tx, counted, STAFF)
        case 2:
            await service.release(tx, order)
        case 3:
            await service.take(tx, order, STAFF)
        case _:
            wanted = {variant: chance.randint(1, 4) for variant in some}
            await service.reserve(tx, order, wanted, tx.now + timedelta(minutes=1))
