"""The promises of the stock over several warehouses, and of units that are still to come."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError
from kram.kit.events.handling import in_tx
from kram.kit.ids import new_id
from kram.shop.inventory import service, tasks
from kram.shop.inventory.events import Backordered, FillDue
from kram.shop.inventory.models import MAIN_WAREHOUSE, MoveCause, Stock, StockPolicy
from kram.shop.inventory.queries import owed, shelves
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.inventory.service import warehouses
from tests.conftest import make_settings
from tests.factories.catalog import make_variant
from tests.factories.inventory import (
    STAFF,
    awaited,
    backordered,
    held,
    make_warehouse,
    parts_of,
    put_into,
    put_on_shelf,
    stock_of,
    to_order,
)
from tests.house import House, empty, make_due
from tests.races.anything import REFUSALS, any_step

pytestmark = pytest.mark.anyio

BUYERS, UNITS, CONNECTIONS = 200, 50, 40
DEADLOCK = "40P01"

Attempt = Callable[[TenantTx], Awaitable[None]]


@pytest.fixture
async def crowd(database_url: str, redis_url: str) -> AsyncIterator[Database]:
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
        except AppError as error:
            return error.code
        except DBAPIError as error:
            return getattr(error.orig, "sqlstate", "?")
        return "done"

    return Counter(await asyncio.gather(*map(run, attempts)))


async def spread(
    db: Database, tenant: Tenant, goods: int, *shares: int
) -> tuple[list[UUID], list[UUID]]:
    """Goods with those units in as many warehouses; the goods and the warehouses."""
    async with db.tenant(tenant) as tx:
        places = [MAIN_WAREHOUSE] + [await make_warehouse(tx) for _ in shares[1:]]
        variants = [await make_variant(tx) for _ in range(goods)]
        for variant in variants:
            for place, units in zip(places, shares, strict=True):
                await put_into(tx, place, variant, units)
    return variants, places


def buys(*wanted: tuple[UUID, int]) -> Attempt:
    async def attempt(tx: TenantTx) -> None:
        await service.reserve(tx, new_id(), sum_by_variant(wanted), None)

    return attempt


async def test_200_buyers_of_50_units_in_three_warehouses(crowd: Database, tenant: Tenant) -> None:
    [variant], _ = await spread(crowd, tenant, 1, 17, 20, 13)
    ended = await race(crowd, tenant, [buys((variant, 1))] * BUYERS)
    assert ended == {"done": 50, "out_of_stock": 150}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (50, 50)
        assert await held(tx, variant) == 50


async def test_without_the_guard_the_warehouses_oversell(crowd: Database, tenant: Tenant) -> None:
    """The negative control: read all places, judge in the program, write back."""
    [variant], _ = await spread(crowd, tenant, 1, 17, 20, 13)
    async with crowd.tenant(tenant) as tx:
        await tx.execute(text("ALTER TABLE stock DROP CONSTRAINT ck_stock_reserved_within"))
    sold = []

    async def attempt(tx: TenantTx) -> None:
        query = select(Stock.warehouse_id, Stock.on_hand, Stock.reserved)
        rows = (await tx.execute(query.where(Stock.variant_id == variant))).all()
        row = next((row for row in rows if row.on_hand > row.reserved), None)
        if row is None:
            return
        await tx.execute(
            update(Stock)
            .where(Stock.variant_id == variant, Stock.warehouse_id == row.warehouse_id)
            .values(reserved=row.reserved + 1)
        )
        sold.append(row.warehouse_id)

    await race(crowd, tenant, [attempt] * BUYERS)
    assert len(sold) > UNITS


async def test_200_carts_of_two_goods_split_over_two_places(
    crowd: Database, tenant: Tenant
) -> None:
    """Carts of 3 units each: most are split, none deadlocks, no unit is promised twice."""
    [one, two], _ = await spread(crowd, tenant, 2, 70, 80)
    carts = [[(one, 3), (two, 3)] for _ in range(BUYERS)]
    for cart in carts:
        random.shuffle(cart)
    ended = await race(crowd, tenant, [buys(*cart) for cart in carts])
    assert ended == {"done": 50, "out_of_stock": 150}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, one) == await stock_of(tx, two) == (150, 150)


async def test_places_locked_as_they_come_deadlock(crowd: Database, tenant: Tenant) -> None:
    """The negative control of the order: one UPDATE a place, by priority of the day."""
    [variant], [main, depot] = await spread(crowd, tenant, 1, 5, 5)
    halfway = asyncio.Barrier(2)

    def takes(first: UUID, second: UUID) -> Attempt:
        async def attempt(tx: TenantTx) -> None:
            await take_one(tx, variant, first)
            await halfway.wait()
            await take_one(tx, variant, second)

        return attempt

    assert await race(crowd, tenant, [takes(main, depot), takes(depot, main)]) == {
        "done": 1,
        DEADLOCK: 1,
    }


async def take_one(tx: TenantTx, variant: UUID, place: UUID) -> None:
    await tx.execute(
        update(Stock)
        .where(Stock.variant_id == variant, Stock.warehouse_id == place)
        .values(reserved=Stock.reserved + 1)
    )


async def test_a_set_and_its_component_in_two_places(crowd: Database, tenant: Tenant) -> None:
    [variant], _ = await spread(crowd, tenant, 1, 1, 1)
    ended = await race(crowd, tenant, [buys((variant, 2), (variant, 1))] * 10)
    assert ended == {"out_of_stock": 10}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (2, 0)


async def test_200_buyers_of_20_units_and_30_promises(crowd: Database, tenant: Tenant) -> None:
    async with crowd.tenant(tenant) as tx:
        variant = await make_variant(tx, stock=20)
        await to_order(tx, variant, limit=30)
    ended = await race(crowd, tenant, [buys((variant, 1))] * BUYERS)
    assert ended == {"done": 50, "out_of_stock": 150}
    async with crowd.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (20, 20)
        assert await backordered(tx, variant) == await awaited(tx, variant) == 30


async def test_promises_without_the_guard_pass_the_limit(crowd: Database, tenant: Tenant) -> None:
    """The negative control: the counter is read, judged and written back."""
    async with crowd.tenant(tenant) as tx:
        variant = await make_variant(tx)
        await to_order(tx, variant, limit=30)
    made = []

    async def attempt(tx: TenantTx) -> None:
        policy = select(StockPolicy.backordered).where(StockPolicy.variant_id == variant)
        promised = await tx.scalar(policy)
        if promised < 30:
            await tx.execute(
                update(StockPolicy)
                .where(StockPolicy.variant_id == variant)
                .values(backordered=promised + 1)
            )
            made.append(1)

    await race(crowd, tenant, [attempt] * BUYERS)
    assert len(made) > 30


async def test_arrivals_meet_promises(crowd: Database, tenant: Tenant) -> None:
    """60 promises and 60 arrivals of one unit, at once: nobody waits while a unit is free."""
    async with crowd.tenant(tenant) as tx:
        depot, variant = await make_warehouse(tx), await make_variant(tx)
        await to_order(tx, variant)
    attempts: list[Attempt] = [buys((variant, 1))] * 60
    attempts += [arrives(place, variant) for place in (MAIN_WAREHOUSE, depot) for _ in range(30)]
    random.shuffle(attempts)
    assert await race(crowd, tenant, attempts) == {"done": 120}
    async with crowd.tenant(tenant) as tx:
        await tasks.fill_backorders(tx, FillDue(variant_ids=(variant,)))
        assert await stock_of(tx, variant) == (60, 60)
        assert await held(tx, variant) == 60
        assert await backordered(tx, variant) == await awaited(tx, variant) == 0


def arrives(place: UUID, variant: UUID) -> Attempt:
    async def attempt(tx: TenantTx) -> None:
        await put_into(tx, place, variant, 1)

    return attempt


async def test_an_arrival_waits_for_the_promise_it_must_keep(
    crowd: Database, tenant: Tenant
) -> None:
    """The order is promised, uncommitted, while units come: they are its own all the same."""
    async with crowd.tenant(tenant) as tx:
        variant = await make_variant(tx)
        await to_order(tx, variant)
    order = new_id()
    async with asyncio.TaskGroup() as group, crowd.tenant(tenant) as tx:
        await service.reserve(tx, order, {variant: 1}, None)
        coming = group.create_task(race(crowd, tenant, [arrives(MAIN_WAREHOUSE, variant)]))
        await asyncio.sleep(0.2)
    assert coming.result() == {"done": 1}
    async with crowd.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (1, 1)
        assert await backordered(reading, variant) == 0


async def test_an_arrival_passes_over_an_order_at_work_and_looks_again(
    crowd: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    """A cancelled order takes its lock first: the arrival neither waits for it nor serves it."""
    await empty(owner)
    first, second = sorted((new_id(), new_id()))
    async with crowd.tenant(tenant) as tx:
        variant = await make_variant(tx)
        await to_order(tx, variant)
        for order in (first, second):
            await service.reserve(tx, order, {variant: 2}, None)
    async with crowd.tenant(tenant) as tx:
        await owed.lock_awaited(tx, first)
        assert await race(crowd, tenant, [arrives(MAIN_WAREHOUSE, variant)] * 3) == {"done": 3}
    async with crowd.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (3, 2)
        assert (await parts_of(reading, second))[variant, MAIN_WAREHOUSE] == ("held", 2)
    house = House(
        crowd,
        [tenant],
        {"inventory.fill": in_tx(tasks.fill_backorders)},
        events={FillDue.name: ["inventory.fill"], Backordered.name: ["inventory.fill"]},
    )
    await make_due(owner)
    await house.settle()
    async with crowd.tenant_read(tenant) as reading:
        assert (await parts_of(reading, first))[variant, MAIN_WAREHOUSE] == ("held", 1)
        assert await stock_of(reading, variant) == (3, 3)
        assert await backordered(reading, variant) == 1


async def test_a_cancellation_frees_what_an_arrival_just_gave(
    crowd: Database, tenant: Tenant
) -> None:
    """The arrival has the awaited row; the cancellation waits, and then sees the held one."""
    order = new_id()
    async with crowd.tenant(tenant) as tx:
        variant = await make_variant(tx)
        await to_order(tx, variant)
        await service.reserve(tx, order, {variant: 1}, None)

    async def cancels(tx: TenantTx) -> None:
        await service.release(tx, order)

    async with asyncio.TaskGroup() as group, crowd.tenant(tenant) as tx:
        await put_on_shelf(tx, variant, 1)
        leaving = group.create_task(race(crowd, tenant, [cancels]))
        await asyncio.sleep(0.2)
    assert leaving.result() == {"done": 1}
    async with crowd.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (1, 0)
        assert await held(reading, variant) == 0


async def test_units_and_the_removal_of_their_place_meet(crowd: Database, tenant: Tenant) -> None:
    """Whoever is first: no unit lies in a place that is gone."""
    [variant], [_, depot] = await spread(crowd, tenant, 1, 1, 1)
    async with crowd.tenant(tenant) as tx:
        await service.receive(tx, variant, -1, MoveCause.CORRECTED, STAFF, warehouse_id=depot)

    async def removes(tx: TenantTx) -> None:
        await warehouses.remove_warehouse(tx, depot)

    ended = await race(crowd, tenant, [arrives(depot, variant), removes])
    assert ended in (
        {"done": 1, "warehouse_not_found": 1},
        {"done": 1, "warehouse_not_empty": 1},
    )
    async with crowd.tenant_read(tenant) as reading:
        units = (await shelves.by_place(reading, [variant]))[variant][depot][0]
    assert units == (0 if "warehouse_not_found" in ended else 1)


@pytest.mark.parametrize(
    ("people", "steps"), [(10, 120), pytest.param(8, 1250, marks=pytest.mark.stress)]
)
async def test_everything_adds_up_over_places_and_promises(
    crowd: Database, tenant: Tenant, people: int, steps: int
) -> None:
    variants, places = await spread(crowd, tenant, 4, 8, 6, 6)
    async with crowd.tenant(tenant) as tx:
        for variant in variants[:2]:
            await to_order(tx, variant, limit=25)
    seeds = random.Random(11)
    failures: Counter[str] = Counter()

    async def wander(seed: int) -> None:
        chance, orders = random.Random(seed), [new_id() for _ in range(5)]
        for _ in range(steps):
            step = any_step(chance, orders, variants, places)
            failures.update(await race(crowd, tenant, [step]))

    await asyncio.gather(*(wander(seeds.getrandbits(32)) for _ in range(people)))
    assert set(failures) <= {"done"} | REFUSALS
    async with crowd.tenant_read(tenant) as reading:
        assert await shelves.ledger_difference(reading) == 0
        await promises_add_up(reading, variants)


async def promises_add_up(tx: TenantRead, variants: Sequence[UUID]) -> None:
    for variant in variants:
        on_hand, reserved = await stock_of(tx, variant)
        assert reserved == await held(tx, variant)
        assert 0 <= reserved <= on_hand
        assert await backordered(tx, variant) == await awaited(tx, variant)
    query = select(func.count()).where((Stock.reserved < 0) | (Stock.reserved > Stock.on_hand))
    assert await tx.scalar(query) == 0
