"""The races of a checkout through real processes: two web servers, relay and worker.

Whoever is too late is told so in words; nobody is sold what is not there. How each of these races
is lost without its guard is shown in `tests/races`.
"""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from kram.app.devstack.addresses import Addresses
from kram.app.devstack.ports import Reservations
from kram.app.settings import Settings, read_settings
from kram.kit.db.database import Database
from kram.kit.money import Money
from kram.shop.giftcards import service as giftcards
from kram.shop.promotions.rule import AmountOffOrder
from kram.tenants.models import Shop
from tests.factories.catalog import make_variant
from tests.factories.inventory import STAFF
from tests.factories.promotions import make_promotion
from tests.factories.tenants import make_bot, new_telegram_id
from tests.journeys.test_kills import all_done
from tests.processes import Processes, running
from tests.stress.crowd import Crowd, race
from tests.stress.tables import PROPERTY, Row, as_property

pytestmark = [pytest.mark.anyio, pytest.mark.stress]

BUYERS, UNITS = 200, 50
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Fair:
    """A shop, its processes and a crowd before their doors."""

    db: Database
    shop: Shop
    owner: asyncpg.Connection
    crowd: Crowd

    async def shelves(self, *units: int, price_minor: int = 12_500) -> list[UUID]:
        async with self.db.tenant(self.shop.tenant) as tx:
            return [await make_variant(tx, stock=each, price_minor=price_minor) for each in units]

    async def read(self, query: str) -> list[Any]:
        """The first column of `query`, in the shop's schema."""
        await self.owner.execute(f"SET search_path = {self.shop.schema}")
        return [row[0] for row in await self.owner.fetch(query)]

    async def deadlocks(self) -> int:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        await self.owner.execute("SELECT pg_stat_clear_snapshot()")
        return int(await self.owner.fetchval(query))

    async def books_are_right(self, orders: int, reserved: Sequence[int]) -> None:
        """As many orders as were sold, numbered without a gap, all events handled."""
        numbers = await self.read("SELECT number FROM orders ORDER BY number")
        assert numbers == list(range(1001, 1001 + orders))
        assert await self.read("SELECT reserved FROM stock ORDER BY variant_id") == list(reserved)
        assert await self.read(
            "SELECT coalesce(sum(quantity), 0)::int FROM reservation WHERE state = 'held'"
        ) == [sum(reserved)]
        await all_done(self.owner, _PATIENCE_SECONDS)
        dead = "SELECT count(*) FROM relay.outbox WHERE dead_at IS NOT NULL"
        assert await self.owner.fetchval(dead) == 0


@asynccontextmanager
async def _second_web(first: Processes) -> AsyncIterator[Processes]:
    """Another one beside it, as behind a balancer."""
    ports = Reservations()
    port = ports.preferred(first.addresses.web_port + 1)
    environment = {**first.environment, "KRAM_WEB_PORT": str(port)}
    addresses = Addresses(port, first.addresses.phone_port, first.addresses.acquirer_port)
    folder = first.folder / "second"
    folder.mkdir()
    second = Processes(read_settings(environment), addresses, folder, environment)
    try:
        await second.start("web")
        yield second
    finally:
        second.end_all()
        ports.release()


@pytest.fixture
async def fair(
    db: Database, settings: Settings, tmp_path: Path, shop: Shop, owner: asyncpg.Connection
) -> AsyncIterator[Fair]:
    names = ("web", "relay", "worker")
    trusted = {"KRAM_TRUSTED_PROXIES": "127.0.0.1"}
    async with (
        running(settings, tmp_path / "run", names, **trusted) as first,
        _second_web(first) as second,
    ):
        bot_id = new_telegram_id()
        async with db.platform() as tx:
            await make_bot(tx, shop, settings.keys, telegram_id=bot_id)
        limits = httpx.Limits(max_connections=BUYERS)
        doors = [
            httpx.AsyncClient(
                base_url=f"{each.addresses.web}/m/{shop.slug}/api/",
                limits=limits,
                timeout=60,
                trust_env=False,
            )
            for each in (first, second)
        ]
        try:
            yield Fair(db, shop, owner, Crowd(doors, f"{bot_id}:test-token"))
        finally:
            for door in doors:
                await door.aclose()


@pytest.fixture
def told(record_property: Any) -> Any:
    def tell(row: Row) -> Row:
        record_property(PROPERTY, as_property(row))
        return row

    return tell


async def test_200_buyers_of_50_units(fair: Fair, told: Any) -> None:
    [variant] = await fair.shelves(UNITS)
    shoppers = await fair.crowd.come([[(variant, 1)]] * BUYERS)
    row = told(await race("200 buyers, 50 units", UNITS, shoppers))
    assert (row.got, row.refused) == (50, {"out_of_stock": 150})
    await fair.books_are_right(50, [50])


async def test_200_carts_of_two_goods_in_any_order(fair: Fair, told: Any) -> None:
    one, two = await fair.shelves(UNITS, UNITS)
    carts = [random.sample([(one, 1), (two, 1)], 2) for _ in range(BUYERS)]
    shoppers = await fair.crowd.come(carts)
    before = await fair.deadlocks()
    row = told(await race("200 carts of 2 SKUs, 50 each", UNITS, shoppers))
    assert (row.got, row.refused) == (50, {"out_of_stock": 150})
    await fair.books_are_right(50, [50, 50])
    assert await fair.deadlocks() == before


async def test_100_buyers_of_a_code_with_10_uses(fair: Fair, told: Any) -> None:
    [variant] = await fair.shelves(1_000)
    async with fair.db.tenant(fair.shop.tenant) as tx:
        await make_promotion(tx, AmountOffOrder(1_000), code="TEN", total_limit=10)
    shoppers = await fair.crowd.come([[(variant, 1)]] * 100, code="TEN")
    row = told(await race("a code of 10 uses, 100 buyers", 10, shoppers))
    assert (row.got, sum(row.refused.values())) == (10, 90)
    assert set(row.refused) <= {"promotion_used_up", "total_changed"}
    await fair.books_are_right(10, [10])
    assert await fair.read("SELECT used FROM promotion") == [10]
    assert await fair.read("SELECT count(*) FROM promo_use WHERE state = 'held'") == [10]


async def test_a_gift_card_of_100_pays_10_orders_of_10(fair: Fair, told: Any) -> None:
    [variant] = await fair.shelves(1_000, price_minor=1_000)
    async with fair.db.tenant(fair.shop.tenant) as tx:
        [card] = await giftcards.issue(tx, Money(10_000, "UAH"), STAFF)
    shoppers = await fair.crowd.come([[(variant, 1)]] * 20, code=card.code)
    assert {shopper.words["expected_to_pay_minor"] for shopper in shoppers} == {0}
    row = told(await race("a gift card of 100.00, 20 × 10.00", 10, shoppers))
    assert (row.got, sum(row.refused.values())) == (10, 10)
    assert set(row.refused) <= {"gift_card_spent", "total_changed"}
    await fair.books_are_right(10, [10])
    assert await fair.read("SELECT balance_minor FROM gift_card") == [0]
    assert await fair.read("SELECT sum(delta_minor)::int FROM gift_card_move") == [0]
    assert await fair.read("SELECT sum(gift_card_minor)::int FROM orders") == [10_000]
