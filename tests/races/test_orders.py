"""Orders that everybody touches at once: placed, accepted, paid, expired, numbered."""

import asyncio
import importlib
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import func, select, text

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.events.handling import in_tx
from kram.shop.inventory.errors import OutOfStock
from kram.shop.inventory.events import ReservationDue
from kram.shop.orders import service, tasks
from kram.shop.orders.models import Order, OrderStep
from kram.shop.orders.queries import parcels_of
from kram.shop.orders.service import parcels
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF, held, ledger_sum, stock_of
from tests.factories.orders import SHOPPER, make_order, order_draft
from tests.house import House, empty, make_due

pytestmark = pytest.mark.anyio

CONNECTIONS = 30
Step = Callable[[TenantTx], Awaitable[object]]


async def together(db: Database, tenant: Tenant, *steps: Step) -> Counter[str]:
    """Each step in a transaction of its own, at the same time; how they ended."""
    turn = asyncio.Semaphore(CONNECTIONS)

    async def run(step: Step) -> str:
        try:
            async with turn, db.tenant(tenant) as tx:
                await step(tx)
        except AppError as error:
            return error.code
        except ConnectionAbortedError:
            return "rolled back"
        return "done"

    return Counter(await asyncio.gather(*map(run, steps)))


async def shelf(db: Database, tenant: Tenant, units: int) -> tuple[UUID, UUID]:
    """A variant with that many units, and a customer who wants it."""
    async with db.tenant(tenant) as tx:
        return await make_variant(tx, stock=units), (await make_customer(tx)).id


async def events_named(owner: asyncpg.Connection, name: str) -> int:
    count = await owner.fetchval("SELECT count(*) FROM relay.outbox WHERE name = $1", name)
    return int(count)


async def test_200_buyers_place_50_orders(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    await empty(owner)
    variant, customer = await shelf(db, tenant, 50)

    async def buy(tx: TenantTx) -> None:
        await service.place(tx, order_draft(customer, {variant: 1}), SHOPPER)

    ended = await together(db, tenant, *[buy] * 200)
    assert ended == {"done": 50, "out_of_stock": 150}
    async with db.tenant(tenant) as tx:
        assert await stock_of(tx, variant) == (50, 50)
        assert await held(tx, variant) == 50
        numbers = (await tx.scalars(select(Order.number).order_by(Order.number))).all()
    assert list(numbers) == list(range(1001, 1051))
    assert await events_named(owner, "order.placed.v1") == 50


async def numbers_after(db: Database, tenant: Tenant, count: int, place: Step) -> list[int]:
    """The numbers given by so many transactions; a tenth rolls back after numbering."""
    chance = random.Random(17)
    fates = [chance.random() < 0.1 for _ in range(count)]

    def attempt(fails: bool) -> Step:
        async def step(tx: TenantTx) -> None:
            await place(tx)
            if fails:
                raise ConnectionAbortedError

        return step

    ended = await together(db, tenant, *map(attempt, fates))
    assert ended == {"done": fates.count(False), "rolled back": fates.count(True)}
    async with db.tenant(tenant) as tx:
        found = await tx.scalars(select(Order.number).order_by(Order.number))
        return [number for number in found if number is not None]


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.stress)])
async def test_numbers_have_no_gaps_and_no_doubles(
    db: Database, tenant: Tenant, count: int
) -> None:
    variant, customer = await shelf(db, tenant, count)

    async def place(tx: TenantTx) -> None:
        await service.place(tx, order_draft(customer, {variant: 1}), SHOPPER)

    numbers = await numbers_after(db, tenant, count, place)
    assert len(numbers) > 0.75 * count
    assert numbers == list(range(1001, 1001 + len(numbers)))


async def test_a_sequence_would_leave_gaps(db: Database, tenant: Tenant) -> None:
    """The negative control: the same transactions, numbered by a sequence."""
    variant, customer = await shelf(db, tenant, 200)
    async with db.tenant(tenant) as tx:
        await tx.execute(text("CREATE SEQUENCE order_number START 1001"))

    async def place(tx: TenantTx) -> None:
        draft = order_draft(customer, {variant: 1}, pay_until=tx.now + timedelta(hours=1))
        order = await service.place(tx, draft, SHOPPER)
        order.number = int(await tx.scalar(text("SELECT nextval('order_number')")))

    numbers = await numbers_after(db, tenant, 200, place)
    assert len(set(numbers)) == len(numbers)
    assert numbers != list(range(1001, 1001 + len(numbers)))


@pytest.mark.parametrize("verb", ["accept", "ship", "deliver", "mark_paid"])
async def test_twenty_taps_are_one_step(
    db: Database, tenant: Tenant, owner: asyncpg.Connection, verb: str
) -> None:
    await empty(owner)
    variant, _ = await shelf(db, tenant, 5)
    before = {"ship": ["accept"], "deliver": ["accept", "ship"]}.get(verb, [])
    async with db.tenant(tenant) as tx:
        order = await make_order(tx, lines={variant: 2})
        for earlier in before:
            await getattr(service, earlier)(tx, order.id, STAFF)

    async def tap(tx: TenantTx) -> None:
        await getattr(service, verb)(tx, order.id, STAFF)

    assert await together(db, tenant, *[tap] * 20) == {"done": 20}
    async with db.tenant(tenant) as tx:
        assert await count_steps(tx, order.id) == 1 + len(before) + 1
        left = 3 if verb in {"ship", "deliver"} else 5
        assert await stock_of(tx, variant) == (left, left - 3)
        assert await ledger_sum(tx, variant) == left
    name = {"ship": "shipped", "deliver": "delivered", "mark_paid": "paid"}.get(verb, "accepted")
    assert await events_named(owner, f"order.{name}.v1") == 1


async def count_steps(tx: TenantTx, order_id: UUID) -> int:
    query = select(func.count()).where(OrderStep.order_id == order_id)
    return int(await tx.scalar(query))


async def test_acceptance_and_cancellation_meet(db: Database, tenant: Tenant) -> None:
    """Whoever is first, the units are either promised to a living order or free."""
    variant, customer = await shelf(db, tenant, 20)
    async with db.tenant(tenant) as tx:
        draft = order_draft(customer, {variant: 1})
        orders = [(await service.place(tx, draft, SHOPPER)).id for _ in range(20)]

    def accepts(order_id: UUID) -> Step:
        return lambda tx: service.accept(tx, order_id, STAFF)

    def cancels(order_id: UUID) -> Step:
        return lambda tx: service.cancel(tx, order_id, SHOPPER, "")

    steps = [step for order_id in orders for step in (accepts(order_id), cancels(order_id))]
    ended = await together(db, tenant, *steps)
    assert ended["done"] + ended["order_step_impossible"] == 40
    async with db.tenant(tenant) as tx:
        living = int(await tx.scalar(select(func.count()).where(Order.status != "cancelled")))
        assert living == 0
        assert await stock_of(tx, variant) == (20, 0)


async def test_five_reservations_expire_and_are_free(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    """Through the outbox: the timers are rows, and a doubled delivery frees nothing twice."""
    await empty(owner)
    variant, customer = await shelf(db, tenant, 5)
    async with db.tenant(tenant) as tx:
        draft = order_draft(customer, {variant: 1}, pay_until=tx.now + timedelta(minutes=15))
        orders = [(await service.place(tx, draft, SHOPPER)).id for _ in range(5)]
    house = House(
        db,
        [tenant],
        {"orders.cancel_unpaid": in_tx(tasks.cancel_unpaid)},
        events={ReservationDue.name: ["orders.cancel_unpaid"]},
    )
    await house.settle()
    async with db.tenant(tenant) as tx:
        assert await stock_of(tx, variant) == (5, 5)
        with pytest.raises(OutOfStock):
            await make_order(tx, lines={variant: 1})
    await make_due(owner)
    await house.settle()
    timers = [(row, name) for row, name in house.sent if row.name == ReservationDue.name]
    assert len(timers) == 5
    await asyncio.gather(*(house.runner.run(row, name) for row, name in timers))
    async with db.tenant(tenant) as tx:
        assert await stock_of(tx, variant) == (5, 0)
        found = await tx.scalars(select(Order.status).where(Order.id.in_(orders)))
        assert found.all() == ["cancelled"] * 5
    assert await events_named(owner, "order.cancelled.v1") == 5


async def test_money_and_the_clock_meet(db: Database, tenant: Tenant) -> None:
    """20 orders are paid and expire at the same moment: every one ends paid and promised."""
    variant, customer = await shelf(db, tenant, 20)
    async with db.tenant(tenant) as tx:
        draft = order_draft(customer, {variant: 1}, pay_until=tx.now)
        orders = [(await service.place(tx, draft, SHOPPER)).id for _ in range(20)]

    def pays(order_id: UUID) -> Step:
        return lambda tx: service.mark_paid(tx, order_id, STAFF)

    def expires(order_id: UUID) -> Step:
        return lambda tx: service.expire(tx, order_id)

    steps = [step for order_id in orders for step in (pays(order_id), expires(order_id))]
    random.shuffle(steps)
    assert await together(db, tenant, *steps) == {"done": 40}
    async with db.tenant(tenant) as tx:
        found = await tx.execute(select(Order.status, Order.payment_state, Order.number))
        standing = sorted(found.all(), key=lambda row: row.number)
        assert [tuple(row) for row in standing] == [
            ("placed", "paid", number) for number in range(1001, 1021)
        ]
        assert await stock_of(tx, variant) == (20, 20)


async def units_packed(db: Database, tenant: Tenant) -> tuple[int, UUID, UUID]:
    """Twenty people pack two units each of an order of ten at once; order and variant."""
    variant, customer = await shelf(db, tenant, 10)
    async with db.tenant(tenant) as tx:
        order = await service.place(tx, order_draft(customer, {variant: 10}), SHOPPER)
        line_id = order.lines[0].id
        await service.accept(tx, order.id, STAFF)

    async def pack(tx: TenantTx) -> None:
        await service.pack(tx, order.id, {line_id: 2}, STAFF)

    await together(db, tenant, *[pack] * 20)
    async with db.tenant(tenant) as tx:
        packed = sum(sum(parcel.units.values()) for parcel in await parcels_of(tx, order.id))
    return packed, order.id, variant


async def test_twenty_packers_pack_each_unit_once(db: Database, tenant: Tenant) -> None:
    packed, order_id, variant = await units_packed(db, tenant)
    assert packed == 10

    async def ship(tx: TenantTx) -> None:
        await service.ship(tx, order_id, STAFF)

    assert await together(db, tenant, *[ship] * 5) == {"done": 5}
    async with db.tenant(tenant) as tx:
        assert await stock_of(tx, variant) == (0, 0)
        assert await ledger_sum(tx, variant) == 0


async def test_without_the_orders_lock_packers_would_pack_units_twice(
    db: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the order is only read, so that everybody sees it empty."""

    async def only_read(tx: TenantTx, order_id: UUID) -> Order:
        order = await tx.get(Order, order_id)
        assert order is not None
        await asyncio.sleep(0.05)
        return order

    module = importlib.import_module("kram.shop.orders.service.pack")
    monkeypatch.setattr(module, "lock", only_read)
    monkeypatch.setattr(parcels, "next_number", lambda _: secrets.randbelow(2**40))
    packed, _, _ = await units_packed(db, tenant)
    assert packed > 10


async def test_of_ten_edits_of_one_version_one_is_made(db: Database, tenant: Tenant) -> None:
    variant, customer = await shelf(db, tenant, 20)
    async with db.tenant(tenant) as tx:
        order = await service.place(tx, order_draft(customer, {variant: 10}), SHOPPER)
        line_id = order.lines[0].id

    def edits(quantity: int) -> Step:
        wanted = service.OrderEdit(version=1, quantities={line_id: quantity})
        return lambda tx: service.edit(tx, order.id, wanted, STAFF)

    ended = await together(db, tenant, *map(edits, range(1, 11)))
    assert ended == {"done": 1, "order_changed": 9}
    async with db.tenant(tenant) as tx:
        stored = await tx.get(Order, order.id)
        assert stored is not None
        units = (stored.subtotal_minor) // 12_500
        assert (stored.version, await stock_of(tx, variant)) == (2, (20, units))


async def test_an_edit_takes_all_units_it_wants_or_none(db: Database, tenant: Tenant) -> None:
    """Ten orders of one unit all want ten more of a shelf that has thirty free."""
    variant, customer = await shelf(db, tenant, 40)
    async with db.tenant(tenant) as tx:
        orders = [
            await service.place(tx, order_draft(customer, {variant: 1}), SHOPPER) for _ in range(10)
        ]
        lines = {order.id: order.lines[0].id for order in orders}

    def edits(order_id: UUID) -> Step:
        wanted = service.OrderEdit(version=1, quantities={lines[order_id]: 11})
        return lambda tx: service.edit(tx, order_id, wanted, STAFF)

    ended = await together(db, tenant, *map(edits, lines))
    assert ended == {"done": 3, "out_of_stock": 7}
    async with db.tenant(tenant) as tx:
        assert await stock_of(tx, variant) == (40, 40)
        assert await held(tx, variant) == 40
