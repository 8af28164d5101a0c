from datetime import timedelta

import pytest
from redis.asyncio import Redis

from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.shop.orders.models import Order, OrderStatus
from kram.shop.orders.queries import order_by_code
from kram.shop.orders.service import accept, cancel
from kram.tenants.models import Merchant, Role, Shop
from tests.factories.billing import open_stall
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.orders import SHOPPER, make_order
from tests.factories.tenants import make_member
from tests.statements import statements

pytestmark = pytest.mark.anyio


@pytest.fixture
async def order(db: Database, tenant: Tenant) -> Order:
    async with db.tenant(tenant) as tx:
        return await make_order(tx)


async def reread(db: Database, tenant: Tenant, code: str) -> Order:
    async with db.tenant_read(tenant) as tx:
        order = await order_by_code(tx, code)
    assert order is not None
    return order


async def test_an_order_shows_goods_money_people_and_what_happened(
    browser: Browser, order: Order, path: str
) -> None:
    page = shown(await browser.get(f"{path}/orders/{order.code}"))
    for words in (
        "Order 1001",
        "New",
        "Kettle",
        "1 × ₴125",
        "Delivery ₴70",
        "Total ₴195",
        "Ivan Franko",
        "+380441234567",
        "Lviv, Rynok 1",
        "Cash on delivery",
        "Order placed",
    ):
        assert words in page


async def test_an_order_goes_its_way_step_by_step(
    browser: Browser, db: Database, tenant: Tenant, order: Order, merchant: Merchant, path: str
) -> None:
    at = f"{path}/orders/{order.code}"
    page = shown(await browser.send_on(f"{at}/accept"))
    assert "Order accepted" in page
    assert "Accepted by the shop" in page
    await browser.send_on(f"{at}/ship", {"tracking": " 2045001 "})
    shipped = await reread(db, tenant, order.code)
    assert (shipped.status, shipped.tracking) == ("shipped", "2045001")
    page = shown(await browser.send_on(f"{at}/deliver"))
    delivered = await reread(db, tenant, order.code)
    assert delivered.status == "delivered"
    assert {step.actor_name for step in delivered.steps[1:]} == {merchant.name}
    assert "What to do" not in page


async def test_a_repeated_click_changes_nothing(
    browser: Browser, db: Database, tenant: Tenant, order: Order, path: str
) -> None:
    for _ in range(3):
        await browser.send_on(f"{path}/orders/{order.code}/accept")
    steps = [step.kind for step in (await reread(db, tenant, order.code)).steps]
    assert steps == ["placed", "accepted"]


async def test_an_impossible_step_is_told_and_nothing_changes(
    browser: Browser, db: Database, tenant: Tenant, order: Order, path: str
) -> None:
    page = await browser.send_on(f"{path}/orders/{order.code}/ship")
    assert "The order has moved on" in shown(page)
    assert (await reread(db, tenant, order.code)).status == "placed"


async def test_cancelling_asks_once_more_and_tells_why(
    browser: Browser, db: Database, tenant: Tenant, order: Order, path: str
) -> None:
    page = (await browser.get(f"{path}/orders/{order.code}")).text
    assert '<details class="confirm">' in page
    assert "This cannot be undone" in page
    await browser.send_on(f"{path}/orders/{order.code}/cancel", {"reason": "Sold out"})
    cancelled = await reread(db, tenant, order.code)
    assert (cancelled.status, cancelled.steps[-1].note) == ("cancelled", "Sold out")


async def test_only_what_can_be_done_now_and_by_this_role_is_offered(
    dashboard: Dashboard, db: Database, tenant: Tenant, shop: Shop, order: Order, path: str
) -> None:
    async with db.platform() as tx:
        courier = await make_member(tx, shop, Role.COURIER, language="en")
    async with db.tenant(tenant) as tenant_tx:
        await accept(tenant_tx, order.id, SHOPPER)
    async with dashboard.browser() as browser:
        await browser.enter(courier.id)
        page = (await browser.get(f"{path}/orders/{order.code}")).text
    assert f'action="{path}/orders/{order.code}/ship"' in page
    for verb in ("accept", "deliver", "cancel", "refund"):
        assert f'action="{path}/orders/{order.code}/{verb}"' not in page


async def test_another_shops_order_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    async with db.tenant(other_tenant) as tx:
        foreign = await make_order(tx)
    at = f"{path}/orders/{foreign.code}"
    assert (await browser.get(at)).status_code == 404
    for verb in ("accept", "ship", "deliver", "cancel", "refund"):
        answer = await browser.send(f"{at}/{verb}", {"refund_id": str(new_id())})
        assert answer.status_code == 404, verb
    assert (await reread(db, other_tenant, foreign.code)).status == "placed"


async def test_the_list_is_narrowed_by_status_and_counts_them(
    browser: Browser, db: Database, tenant: Tenant, other_tenant: Tenant, path: str
) -> None:
    async with db.tenant(other_tenant) as foreign_tx:
        await make_order(foreign_tx)
    async with db.tenant(tenant) as tx:
        placed, accepted, cancelled = [await make_order(tx) for _ in range(3)]
        await make_order(tx, pay_until=utc_now() + timedelta(minutes=5))
        await accept(tx, accepted.id, SHOPPER)
        await cancel(tx, cancelled.id, SHOPPER, "")
    page = shown(await browser.get(f"{path}/orders"))
    assert "All 4 Awaiting payment 1 New 1 Accepted 1 Shipped 0 Delivered 0 Cancelled 1" in page
    only = (await browser.get(f"{path}/orders?status={OrderStatus.ACCEPTED}")).text
    assert accepted.code in only
    assert placed.code not in only
    assert "No orders here" in shown(await browser.get(f"{path}/orders?status=shipped"))
    assert (await browser.get(f"{path}/orders?status=nonsense")).status_code == 200


async def test_the_list_goes_on_page_by_page_without_a_gap(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        codes = [(await make_order(tx)).code for _ in range(25)]
    first = (await browser.get(f"{path}/orders")).text
    more = first.partition('id="more"')[2].partition('href="')[2].partition('"')[0]
    second = (await browser.get(more.replace("&amp;", "&"))).text
    assert [code for code in codes if code in first] == codes[5:]
    assert [code for code in codes if code in second] == codes[:5]


async def test_the_list_costs_as_much_for_many_orders_as_for_one(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    counts = []
    for more in (1, 15):
        async with db.tenant(tenant) as tx:
            for _ in range(more):
                await make_order(tx)
        with statements(db) as sent:
            await browser.get(f"{path}/orders")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 7


async def test_money_goes_back_once_however_often_one_clicks(
    browser: Browser, db: Database, shop: Shop, keys: KeyRing, valkey: Redis, path: str
) -> None:
    async with open_stall(db, keys, valkey, shop) as stall:
        order_id = await stall.paid_order()
        order, _, _ = await stall.look(order_id)
        at = f"{path}/orders/{order.code}"
        fields = {"refund_id": str(new_id()), "amount": "50", "reason": "A scratch"}
        for _ in range(2):
            page = await browser.send_on(f"{at}/refund", fields)
        assert "Given back · A scratch on its way −₴50" in shown(page)
        await stall.work()
        _, [payment], [refund] = await stall.look(order_id)
        assert (payment.refunded_minor, refund.status) == (5_000, "succeeded")
        assert refund.actor.startswith("merchant:")
        page = shown(await browser.get(at))
        assert "Money returned ₴50 A scratch" in page


async def test_what_went_back_by_itself_says_why_in_the_merchants_words(
    browser: Browser, db: Database, shop: Shop, keys: KeyRing, valkey: Redis, path: str
) -> None:
    async with open_stall(db, keys, valkey, shop) as stall:
        order_id = await stall.paid_order()
        await stall.cancel(order_id)
        order, _, _ = await stall.look(order_id)
        page = shown(await browser.get(f"{path}/orders/{order.code}"))
    assert "Money returned ₴215 The order was cancelled" in page
    assert "order_cancelled" not in page


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1000000", "There is not so much left to give back"), ("half", "Write the amount in digits")],
)
async def test_a_refused_refund_stays_typed_and_moves_no_money(
    browser: Browser, db: Database, shop: Shop, keys: KeyRing, valkey: Redis, path: str,
    amount: str, words: str,
) -> None:  # fmt: skip
    async with open_stall(db, keys, valkey, shop) as stall:
        order_id = await stall.paid_order()
        order, _, _ = await stall.look(order_id)
        at = f"{path}/orders/{order.code}"
        fields = {"refund_id": str(new_id()), "amount": amount, "reason": "A scratch"}
        answer = await browser.send(f"{at}/refund", fields)
        assert answer.status_code in (409, 422)
        assert words in shown(answer)
        assert f'value="{amount}"' in answer.text
        assert 'value="A scratch"' in answer.text
        assert answer.headers["hx-push-url"] == at
        assert (await stall.look(order_id))[2] == []


async def test_an_unpaid_order_offers_no_refund(browser: Browser, order: Order, path: str) -> None:
    at = f"{path}/orders/{order.code}"
    assert "Give money back" not in shown(await browser.get(at))
    answer = await browser.send(f"{at}/refund", {"refund_id": str(new_id()), "amount": "1"})
    assert answer.status_code == 409
    assert "Nothing was paid for this order" in shown(answer)
