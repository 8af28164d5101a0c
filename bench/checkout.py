"""Whole checkouts against the very SQL that they send, replayed bare by asyncpg in the same run.

Ours: `Checkout.place` as the storefront calls it, cash on delivery, three goods in a cart in
Valkey. The limit: the statements of equal checkouts with their parameters, recorded beforehand and
taken back, one transaction after another over as many connections. Both sides take turns.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from redis.asyncio import Redis
from sqlalchemy import event, text

from bench.figures import Cost, Figure, cost_of
from bench.ground import Ground
from kram.billing.checkout.requests import CheckoutRequest
from kram.billing.checkout.tasks import Checkout
from kram.billing.payments.tasks import Payments
from kram.billing.providers.cod import CashOnDelivery
from kram.kit.db.database import Database
from kram.kit.db.scope import EXTENSIONS_SCHEMA, Tenant
from kram.kit.ids import new_id
from kram.shop.cart.extras import Extras
from kram.shop.cart.store import CartStore
from kram.shop.catalog.queries import Offer, offers
from kram.shop.orders.models import DeliveryMethod
from kram.shop.orders.pricing import Goods, quote
from kram.shop.promotions import service as promotions
from kram.shop.promotions.drafts import PromotionDraft
from kram.shop.promotions.rule import (
    AmountOffOrder,
    BuyGet,
    Conditions,
    FreeDelivery,
    PercentOff,
    Rule,
)
from kram.shop.promotions.rule import (
    Goods as GoodsRule,
)
from kram.tenants.models import ShopStatus
from kram.tenants.registry import Registry, ShopCard

_COUNT, _AT_ONCE, _ROUNDS, _LINES = 300, 8, 2, 3
_COURIER_MINOR = 9_000
_MADE = "orders, payment, reservation, idempotency_key, promo_use, promo_buyer"

Statement = tuple[str, Any, bool]
Shopper = tuple[UUID, list[Offer], CheckoutRequest]


@dataclass
class Recorder:
    """Transactions as lists of (text, parameters, whether for many rows)."""

    transactions: list[list[Statement]] = field(default_factory=list)

    def begin(self, _connection: object) -> None:
        self.transactions.append([])

    def execute(self, *sent: Any) -> None:
        _, _, statement, parameters, _, is_many = sent
        # Rows that were folded into one INSERT come as one flat list, although they are many.
        rows = is_many and isinstance(parameters[0], tuple | list)
        self.transactions[-1].append((statement, parameters, rows))


async def run(ground: Ground) -> list[Figure]:
    await ground.grow(1)
    plain = await _compared(ground, "no promotion")
    await _promote(ground)
    return [plain, await _compared(ground, "5 automatic promotions")]


async def _compared(ground: Ground, what: str) -> Figure:
    tenant = ground.tenants[0]
    db = Database(ground.settings.app_database_url, pool_size=_AT_ONCE)
    redis = Redis.from_url(ground.settings.redis_url)
    carts = CartStore(redis)
    checkout = _checkout(ground, db, carts)
    shoppers = await _shoppers(db, tenant)
    recorded = await _record(ground, db, tenant, checkout, shoppers)
    ours, limit = [], []
    for _ in range(_ROUNDS):
        await _take_back(ground, tenant)
        await _fill(carts, tenant, shoppers)
        ours.append(await _cost(ground, lambda number: _place(checkout, tenant, shoppers[number])))
        await _take_back(ground, tenant)
        limit.append(await _replay(ground, tenant, recorded))
    await _take_back(ground, tenant)
    await redis.aclose()
    await db.close()
    statements = sum(len(each) for each in recorded[0])
    best, bare = (min(costs, key=lambda cost: cost.cpu) for costs in (ours, limit))
    return Figure(
        f"a checkout of three goods, {what}",
        best.cpu,
        bare.cpu,
        "µs CPU",
        "≥ 50 %",
        f"{statements} statements in {len(recorded[0])} transactions;"
        f" {1e6 / best.wall:.0f} a second against {1e6 / bare.wall:.0f}",
    )


def _checkout(ground: Ground, db: Database, carts: CartStore) -> Checkout:
    keys = ground.settings.keys
    payments = Payments(db, _providers, Registry(db, keys), "http://127.0.0.1")
    return Checkout(db, carts, payments, _providers)


def _providers(_shop: object) -> Any:
    return {"cod": CashOnDelivery()}


async def _shoppers(db: Database, tenant: Tenant) -> list[Shopper]:
    """Each with three goods and the total that their cart shows."""
    async with db.tenant(tenant) as tx:
        variants = list(await tx.scalars(text("SELECT id FROM variant ORDER BY sku")))
        ids = [new_id() for _ in range(_COUNT)]
        await tx.execute(
            text(
                "INSERT INTO customer (id, name, language)"
                " SELECT id, 'Ivan', 'uk' FROM unnest(CAST(:ids AS uuid[])) AS id"
            ),
            {"ids": ids},
        )
        shoppers: list[Shopper] = []
        for number, customer_id in enumerate(ids):
            at = [(number * _LINES + line) % len(variants) for line in range(_LINES)]
            sold = await offers(tx, {variants[each]: 1 for each in at})
            chosen = list(sold.values())
            priced = await quote(
                tx,
                [Goods.of(offer, 1) for offer in chosen],
                currency="UAH",
                customer_id=customer_id,
                delivery_minor=_COURIER_MINOR,
                extras=Extras(),
            )
            shoppers.append((customer_id, chosen, _request(priced.total_minor)))
    return shoppers


def _request(total_minor: int) -> CheckoutRequest:
    return CheckoutRequest(
        recipient="Ivan Franko",
        phone="+380441234567",
        address="Lviv, Rynok 1",
        delivery=DeliveryMethod.COURIER,
        payment="cod",
        expected_total_minor=total_minor,
        language="uk",
    )


async def _fill(carts: CartStore, tenant: Tenant, shoppers: Sequence[Shopper]) -> None:
    for customer_id, chosen, _ in shoppers:
        await carts.put_lines(tenant.id, customer_id, [(offer, 1) for offer in chosen])


async def _place(checkout: Checkout, tenant: Tenant, shopper: Shopper) -> None:
    customer_id, _, request = shopper
    await checkout.place(_card(tenant), customer_id, f"key-{new_id()}", request)


def _card(tenant: Tenant) -> ShopCard:
    return ShopCard(
        tenant=tenant,
        name="Bench",
        status=ShopStatus.OPEN,
        currency="UAH",
        language="uk",
        timezone="Europe/Kyiv",
        theme="market",
        accent="#2f7d4f",
        payment_methods=("cod",),
        bot=None,
    )


async def _record(
    ground: Ground,
    db: Database,
    tenant: Tenant,
    checkout: Checkout,
    shoppers: Sequence[Shopper],
) -> list[list[list[Statement]]]:
    """What each checkout sends. The sequence of an order is the same in the replay."""
    await _fill(checkout.carts, tenant, shoppers)
    found = []
    for shopper in shoppers:
        recorder = Recorder()
        event.listen(db.engine.sync_engine, "begin", recorder.begin)
        event.listen(db.engine.sync_engine, "before_cursor_execute", recorder.execute)
        await _place(checkout, tenant, shopper)
        event.remove(db.engine.sync_engine, "begin", recorder.begin)
        event.remove(db.engine.sync_engine, "before_cursor_execute", recorder.execute)
        found.append(recorder.transactions)
    return found


async def _replay(
    ground: Ground, tenant: Tenant, recorded: Sequence[Sequence[Sequence[Statement]]]
) -> Cost:
    begin = (
        f"BEGIN; SET LOCAL search_path TO {tenant.schema}, {EXTENSIONS_SCHEMA};"
        f" SET LOCAL ROLE {tenant.schema}"
    )
    pool = await asyncpg.create_pool(
        ground.settings.app_database_url,
        min_size=_AT_ONCE,
        max_size=_AT_ONCE,
        statement_cache_size=500,
        server_settings={"jit": "off"},
    )

    async def place(number: int) -> None:
        async with pool.acquire() as connection:
            for transaction in recorded[number]:
                await connection.execute(begin)
                for statement, parameters, is_many in transaction:
                    if is_many:
                        await connection.executemany(statement, parameters)
                    else:
                        await connection.fetch(statement, *parameters)
                await connection.execute("COMMIT")

    try:
        return await _cost(ground, place)
    finally:
        await pool.close()


async def _cost(ground: Ground, place: Callable[[int], Awaitable[None]]) -> Cost:
    """Each number once; the first tenth only warms up."""
    numbers, warm_up = iter(range(_COUNT)), _COUNT // 10
    return await cost_of(
        lambda _: place(next(numbers)),
        count=_COUNT - warm_up,
        at_once=_AT_ONCE,
        server_pid=ground.postgres_pid,
        warm_up=warm_up,
    )


async def _take_back(ground: Ground, tenant: Tenant) -> None:
    owner = await ground.owner()
    await owner.execute(
        f"SET search_path TO {tenant.schema}; TRUNCATE {_MADE} CASCADE;"
        " TRUNCATE relay.outbox; UPDATE stock SET reserved = 0;"
        " UPDATE order_counter SET next_number = 1001;"
        " UPDATE promotion SET used = 0"
    )
    await owner.execute("VACUUM ANALYZE")
    await owner.close()


async def _promote(ground: Ground) -> None:
    """Five kinds that ask for all there is: goods, the buyer, sums, a limit."""
    effects = [
        Rule(PercentOff(500), GoodsRule(tags=("new",))),
        Rule(AmountOffOrder(1_000), when=Conditions(min_sum_minor=20_000)),
        Rule(PercentOff(300), when=Conditions(first_order=True)),
        Rule(BuyGet(2, 1, 5_000)),
        Rule(FreeDelivery(), when=Conditions(min_sum_minor=25_000)),
    ]
    db = Database(ground.settings.app_database_url, pool_size=1)
    async with db.tenant(ground.tenants[0]) as tx:
        for rule in effects:
            await promotions.create(tx, PromotionDraft(name="Sale", rule=rule, is_automatic=True))
    await db.close()
