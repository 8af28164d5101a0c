"""A segment over 50,000 customers, against the same question in SQL written by hand."""

import time
from collections.abc import Awaitable, Callable

import asyncpg

from bench.figures import Figure
from bench.ground import Ground
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.segments import queries
from kram.shop.segments.rules import AllOf, AnyOf, LastOrder, Not, Orders, Rule, Spent, Tagged

CUSTOMERS = 50_000
_TIMES = 7

RULE: Rule = AllOf(
    rules=(
        AnyOf(rules=(Tagged(tag="vip"), Spent(at_least=20_000, days=365))),
        Orders(at_least=2),
        Not(rule=LastOrder(days=60)),
    )
)
_BY_HAND = """
    SELECT count(*) FROM customer
    LEFT JOIN (
        SELECT customer_id, count(*) AS orders, max(created_at) AS last_at FROM orders
        WHERE number IS NOT NULL AND status <> 'cancelled' GROUP BY customer_id
    ) AS done ON done.customer_id = customer.id
    LEFT JOIN (
        SELECT customer_id, sum(captured_minor - refunded_minor) AS spent
        FROM orders JOIN payment ON payment.order_id = orders.id
        WHERE number IS NOT NULL AND orders.status <> 'cancelled'
            AND orders.created_at >= now() - interval '365 days' GROUP BY customer_id
    ) AS paid ON paid.customer_id = customer.id
    WHERE merged_into IS NULL AND erased_at IS NULL
        AND ('vip' = ANY(tags) OR paid.spent >= 20000)
        AND done.orders >= 2 AND done.last_at < now() - interval '60 days'
"""
_PEOPLE = """
    INSERT INTO customer (id, name, language, tags, created_at, seen_at)
    SELECT gen_random_uuid(), 'Customer ' || n, 'uk',
        CASE WHEN n % 10 = 0 THEN '{vip}'::text[] ELSE '{}'::text[] END,
        now() - n % 700 * interval '1 day', now()
    FROM generate_series(1, $1) AS n
"""
_ORDERS = """
    INSERT INTO orders (id, code, number, customer_id, status, payment_state, payment_method,
        currency, subtotal_minor, total_minor, recipient, phone, address, language, created_at)
    SELECT gen_random_uuid(), 'B' || row_number() OVER (), row_number() OVER () + 5000, id,
        'delivered', 'paid', 'cod', 'UAH', 9000, 9000, '', '', '', 'uk',
        now() - (n * 37 + extract(day FROM created_at)::int * 11) % 500 * interval '1 day'
    FROM customer CROSS JOIN generate_series(1, 3) AS n
"""
_PAYMENTS = """
    INSERT INTO payment (id, order_id, provider, provider_ref, status, currency, amount_minor,
        captured_minor)
    SELECT gen_random_uuid(), id, 'cod', code, 'succeeded', 'UAH', 9000, 9000 FROM orders
"""


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(1)
    [tenant] = ground.tenants
    owner = await ground.owner()
    await _people(owner, tenant)
    db = Database(ground.settings.app_database_url)
    try:
        ours, found = await _best(lambda: _count(db, tenant))
        limit, right = await _best(lambda: owner.fetchval(_BY_HAND))
        assert found == right, (found, right)
        one = await owner.fetchval("SELECT id FROM customer LIMIT 1")

        async def ask() -> int:
            async with db.tenant_read(tenant) as tx:
                return len(await queries.which_hold(tx, one, {one: RULE}))

        single, _ = await _best(ask)
    finally:
        await db.close()
        await owner.close()
    what = f"a segment of {CUSTOMERS:,} customers counted, against SQL by hand"
    return [
        Figure(what, ours, limit, "ms", "≥ 70 %", f"{found:,} of them"),
        Figure("whether one of them belongs to it", single, None, "ms", "≤ 25 ms"),
    ]


async def _people(owner: asyncpg.Connection, tenant: Tenant) -> None:
    await owner.execute(f"SET search_path TO {tenant.schema}, ext")
    await owner.execute(_PEOPLE, CUSTOMERS)
    await owner.execute(_ORDERS)
    await owner.execute(_PAYMENTS)
    await owner.execute("VACUUM ANALYZE")


async def _count(db: Database, tenant: Tenant) -> int:
    async with db.tenant_read(tenant) as tx:
        return await queries.count(tx, RULE)


async def _best(ask: Callable[[], Awaitable[int]]) -> tuple[float, int]:
    """(milliseconds of the best of several, the answer)."""
    times, answer = [], 0
    for _ in range(_TIMES):
        began = time.perf_counter()
        answer = await ask()
        times.append((time.perf_counter() - began) * 1000)
    return min(times), answer
