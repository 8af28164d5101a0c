"""Invoices of one shop, numbered without a gap while a tenth of the transactions roll back.

The limit is the same rows by asyncpg alone: lock the order, count, write the paper and the step.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from bench.figures import Figure, cost_of
from bench.ground import Ground
from kram.billing.invoices import queries
from kram.billing.invoices.service import issue
from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.customers.service import remember_guest
from kram.shop.orders import service as orders
from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.models import DeliveryMethod
from kram.shop.orders.settings import Choices, Seller, change_settings
from kram.tenants.actor import Actor

_COUNT, _AT_ONCE, _ROLLED_BACK = 1_000, 16, 0.1
_STAFF = Actor.system("bench")
_BARE = """
    WITH taken AS (
        INSERT INTO invoice_counter AS counter (series, next_number) VALUES ('BARE', 2)
        ON CONFLICT (series) DO UPDATE SET next_number = counter.next_number + 1
        RETURNING next_number - 1 AS number
    ), noted AS (
        INSERT INTO order_step (id, order_id, kind, actor_kind, actor_id, actor_name, note)
        SELECT gen_random_uuid(), $1, 'invoiced', 'system', 'bench', 'bench', number::text
        FROM taken
    )
    INSERT INTO invoice (id, order_id, order_version, series, number, content)
    SELECT gen_random_uuid(), $1, 0, 'BARE', number, '{}' FROM taken
"""


class _Undo(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Run:
    """Invoices a second, microseconds of CPU for each, and how many there were."""

    rate: float
    cpu: float
    numbers: int


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(1)
    db = Database(ground.settings.app_database_url, pool_size=_AT_ONCE)
    waiting = await _placed(ground, db)
    pool = await asyncpg.create_pool(
        ground.settings.database_url,
        min_size=_AT_ONCE,
        max_size=_AT_ONCE,
        server_settings={"search_path": ground.tenants[0].schema},
    )
    bare = await _measured(ground, _bare(pool), waiting, "BARE")
    counted = await _measured(ground, _counting(ground, db), waiting, "COUNT")
    whole = await _measured(ground, _whole(ground, db), waiting, "INV")
    await pool.close()
    await db.close()
    return [
        Figure(
            "one shop's invoice numbers by units of work, a tenth rolled back, against bare SQL",
            counted.rate,
            bare.rate,
            "a second",
            "≥ 300",
            f"{counted.numbers} of {_COUNT}, no gap, no double",
            higher_is_better=True,
        ),
        Figure(
            "a whole invoice, its order frozen in it, against the same bare SQL",
            whole.cpu,
            bare.cpu,
            "µs CPU",
            "",
            f"{whole.rate:.0f} a second by one process",
        ),
    ]


async def _placed(ground: Ground, db: Database) -> list[UUID]:
    """Orders of one product each, that wait for their invoices."""
    tenant = ground.tenants[0]
    owner = await ground.owner()
    variant = await owner.fetchval(f"SELECT id FROM {tenant.schema}.variant LIMIT 1")
    await owner.close()
    async with db.tenant(tenant) as tx:
        customer = new_id()
        await remember_guest(tx, customer, name="Ivan", language="uk")
        await change_settings(tx, Choices(14, "INV", Seller(legal_name="Kvitka")))
        draft = OrderDraft(
            customer_id=customer,
            lines=(DraftLine(variant, 1),),
            payment_method="cod",
            delivery_method=DeliveryMethod.PICKUP,
            pay_until=None,
            delivery=Money(0, "UAH"),
            recipient="Ivan",
            phone="+380441234567",
            address="",
            language="uk",
        )
        return [(await orders.place(tx, draft, _STAFF)).id for _ in range(_COUNT)]


Issue = Callable[[UUID, bool], Awaitable[None]]


def _whole(ground: Ground, db: Database) -> Issue:
    async def one(order_id: UUID, fails: bool) -> None:
        async with db.tenant(ground.tenants[0]) as tx:
            await issue(tx, order_id, "Kvitka", _STAFF)
            if fails:
                raise _Undo

    return one


def _counting(ground: Ground, db: Database) -> Issue:
    """The last statement alone: what the counter's row lets through."""

    async def one(order_id: UUID, fails: bool) -> None:
        async with db.tenant(ground.tenants[0]) as tx:
            values = {
                "id": new_id(),
                "order": order_id,
                "version": -1,
                "series": "COUNT",
                "content": {},
                "at": tx.now,
                "step": new_id(),
                "actor_kind": _STAFF.kind.value,
                "actor_id": _STAFF.id,
                "actor_name": _STAFF.name,
            }
            await queries.issue(tx, values)
            if fails:
                raise _Undo

    return one


def _bare(pool: asyncpg.Pool) -> Issue:
    async def one(order_id: UUID, fails: bool) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT 1 FROM orders WHERE id = $1 FOR UPDATE", order_id)
            await connection.execute(_BARE, order_id)
            if fails:
                raise _Undo

    return one


async def _measured(ground: Ground, one: Issue, waiting: list[UUID], series: str) -> _Run:
    """Their numbers are checked."""
    dice, done = random.Random(17), 0
    fates = [dice.random() < _ROLLED_BACK for _ in waiting]

    async def attempt(number: int) -> None:
        nonlocal done
        try:
            await one(waiting[number], fates[number])
            done += 1
        except _Undo:
            pass

    cost = await cost_of(
        attempt, count=_COUNT, at_once=_AT_ONCE, server_pid=ground.postgres_pid, warm_up=0
    )
    owner = await ground.owner()
    schema = ground.tenants[0].schema
    query = f"SELECT number FROM {schema}.invoice WHERE series = $1 ORDER BY number"
    numbers = [row[0] for row in await owner.fetch(query, series)]
    await owner.close()
    assert numbers == list(range(1, done + 1)), "without a gap and without a double"
    return _Run(done / _COUNT * 1e6 / cost.wall, cost.cpu, done)
