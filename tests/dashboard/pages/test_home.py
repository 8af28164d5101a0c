from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kram.dashboard.home.chart import HEIGHT, WIDTH, bars, days_until
from kram.dashboard.home.queries import DayOfSales, sales_by_day
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.shop.orders.service import cancel
from kram.tenants import bots
from kram.tenants.models import Shop
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, shown
from tests.factories.orders import SHOPPER, make_order
from tests.factories.tenants import make_bot
from tests.statements import statements

pytestmark = pytest.mark.anyio

KYIV = ZoneInfo("Europe/Kyiv")


async def order_at(tx: TenantTx, at: datetime) -> int:
    tx.now = at
    return (await make_order(tx)).total_minor


async def test_days_are_those_of_the_shops_own_zone(tx: TenantTx) -> None:
    """22:30 in London is half past midnight in Kyiv: the next day."""
    late = datetime(2026, 6, 1, 21, 30, tzinfo=ZoneInfo("UTC"))
    total = await order_at(tx, late)
    await order_at(tx, late - timedelta(hours=1))
    since = datetime(2026, 5, 30, tzinfo=KYIV)
    assert list(await sales_by_day(tx, "Europe/Kyiv", since, "UAH")) == [
        DayOfSales(date(2026, 6, 1), 1, total),
        DayOfSales(date(2026, 6, 2), 1, total),
    ]


async def test_what_was_not_sold_is_not_counted(tx: TenantTx) -> None:
    at = datetime(2026, 6, 1, 9, tzinfo=KYIV)
    await order_at(tx, at)
    cancelled = await make_order(tx)
    await cancel(tx, cancelled.id, SHOPPER, "")
    await make_order(tx, pay_until=at + timedelta(hours=1))
    await tx.flush()
    since = datetime(2026, 5, 30, tzinfo=KYIV)
    assert [day.orders for day in await sales_by_day(tx, "Europe/Kyiv", since, "UAH")] == [1]
    assert list(await sales_by_day(tx, "Europe/Kyiv", since, "EUR")) == []


def test_the_chart_has_a_bar_for_every_day_and_the_best_is_the_highest() -> None:
    days = days_until(date(2026, 6, 14))
    assert (len(days), days[0], days[-1]) == (14, date(2026, 6, 1), date(2026, 6, 14))
    sold = {days[3]: DayOfSales(days[3], 2, 5_000), days[13]: DayOfSales(days[13], 1, 2_500)}
    drawn = bars(days, sold)
    assert [bar.sales.day for bar in drawn] == days
    assert (drawn[3].height, drawn[3].y) == (HEIGHT, 0)
    assert drawn[13].height == HEIGHT / 2
    assert all(bar.height == 3 for place, bar in enumerate(drawn) if place not in (3, 13))
    assert all(bar.y + bar.height == HEIGHT for bar in drawn)
    assert drawn[-1].x + drawn[-1].width <= WIDTH


async def test_an_empty_shop_is_led_to_its_first_order(browser: Browser, path: str) -> None:
    page = shown(await browser.get(path))
    assert "Four steps to the first order 0 / 4" in page
    assert "Orders today 0" in page
    assert (
        f'href="http://kram.test/m{path.removeprefix("/dashboard")}/"'
        in (await browser.get(path)).text
    )


async def test_steps_are_ticked_by_what_has_happened(
    browser: Browser,
    db: Database,
    shop: Shop,
    tenant: Tenant,
    other_tenant: Tenant,
    keys: KeyRing,
    path: str,
) -> None:
    async with db.tenant(other_tenant) as foreign_tx:
        await make_order(foreign_tx)
    async with db.tenant(tenant) as tx:
        await make_product(tx)
    assert "1 / 4" in shown(await browser.get(path))
    async with db.platform() as platform_tx:
        await make_bot(platform_tx, shop, keys)
        await bots.set_staff_chat(platform_tx, shop.id, -100)
    assert "3 / 4" in shown(await browser.get(path))
    async with db.tenant(tenant) as tx:
        total = (await make_order(tx)).total_minor
    page = shown(await browser.get(path))
    assert "Four steps" not in page
    assert "New orders 1" in page
    assert total == 19_500
    assert "Revenue today ₴195" in page


async def test_samples_alone_do_not_tick_the_goods(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, sku="DEMO-01")
    assert "0 / 4" in shown(await browser.get(path))
    page = await browser.send_on(f"{path}/products/remove-samples")
    assert "The shelves are empty" in shown(page)


async def test_the_page_costs_as_much_for_many_orders_as_for_one(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    counts = []
    for _ in range(2):
        async with db.tenant(tenant) as tx:
            for _ in range(4):
                await make_order(tx)
        with statements(db) as sent:
            await browser.get(path)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 10
