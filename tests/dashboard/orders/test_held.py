"""Another sum came: the order page offers to count it or to give it back."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest
from redis.asyncio import Redis

from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.tenants.models import Merchant, Role, Shop
from tests.factories.billing import Stall, open_stall
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.orders import make_order
from tests.factories.tenants import make_member

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stall(db: Database, keys: KeyRing, valkey: Redis, shop: Shop) -> AsyncIterator[Stall]:
    async with open_stall(db, keys, valkey, shop) as stall:
        yield stall


@pytest.fixture
async def held(stall: Stall) -> tuple[UUID, str, UUID]:
    """(order, its code, payment): 200 came instead of 215."""
    order_id = await stall.order()
    order, [payment], _ = await stall.look(order_id)
    record = stall.record_of(payment)
    record.order = msgspec.structs.replace(record.order, amount_minor=20_000)
    stall.acquirer.succeed(record)
    await stall.work()
    return order_id, order.code, payment.id


async def test_the_page_tells_what_came_and_offers_both_ways(
    browser: Browser, held: tuple[UUID, str, UUID], path: str
) -> None:
    _, code, payment_id = held
    page = await browser.get(f"{path}/orders/{code}")
    assert "₴200 came instead of ₴215. Count it as paid, or give it back." in shown(page)
    for way in ("count", "return"):
        assert f'action="{path}/orders/{code}/payments/{payment_id}/{way}"' in page.text


async def test_it_counts_once_however_often_one_clicks(
    browser: Browser,
    merchant: Merchant,
    stall: Stall,
    held: tuple[UUID, str, UUID],
    path: str,
) -> None:
    order_id, code, payment_id = held
    at = f"{path}/orders/{code}"
    for _ in range(2):
        page = shown(await browser.send_on(f"{at}/payments/{payment_id}/count"))
    assert "The order counts as paid" in page
    assert "came instead of" not in page
    assert "Payment received ₴200 Counted as paid, although another sum was asked for" in page
    order, [payment], _ = await stall.look(order_id)
    assert (order.payment_state, payment.status) == ("paid", "succeeded")
    assert [step.actor_name for step in order.steps if step.kind == "paid"] == [merchant.name]


async def test_it_goes_back_once_however_often_one_clicks(
    browser: Browser, stall: Stall, held: tuple[UUID, str, UUID], path: str
) -> None:
    order_id, code, payment_id = held
    at = f"{path}/orders/{code}"
    for _ in range(2):
        page = shown(await browser.send_on(f"{at}/payments/{payment_id}/return"))
    assert "The money is on its way back" in page
    assert "came instead of" not in page
    await stall.work()
    _, _, [refund] = await stall.look(order_id)
    assert (refund.amount_minor, refund.status) == (20_000, "succeeded")
    page = shown(await browser.get(at))
    assert "Money returned ₴200 Another sum came than was asked for" in page


async def test_a_decision_that_comes_too_late_is_told(
    browser: Browser, stall: Stall, held: tuple[UUID, str, UUID], path: str
) -> None:
    order_id, code, payment_id = held
    await browser.send(f"{path}/orders/{code}/payments/{payment_id}/return")
    page = await browser.send_on(f"{path}/orders/{code}/payments/{payment_id}/count")
    assert "This money was decided on already" in shown(page)
    assert (await stall.look(order_id))[0].payment_state == "unpaid"


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.COURIER])
async def test_who_may_not_give_money_back_decides_nothing(
    dashboard: Dashboard,
    db: Database,
    shop: Shop,
    stall: Stall,
    held: tuple[UUID, str, UUID],
    path: str,
    role: Role,
) -> None:
    order_id, code, payment_id = held
    async with db.platform() as tx:
        member = await make_member(tx, shop, role, language="en")
    async with dashboard.browser() as browser:
        await browser.enter(member.id)
        page = await browser.get(f"{path}/orders/{code}")
        assert "came instead of" in shown(page)
        for way in ("count", "return"):
            at = f"{path}/orders/{code}/payments/{payment_id}/{way}"
            assert f'action="{at}"' not in page.text
            assert (await browser.send(at)).status_code == 403
    order, [payment], refunds = await stall.look(order_id)
    assert (order.payment_state, payment.status, refunds) == ("unpaid", "held", [])


async def test_a_payment_is_not_reached_by_another_orders_address(
    browser: Browser, db: Database, stall: Stall, held: tuple[UUID, str, UUID], path: str
) -> None:
    order_id, _, payment_id = held
    async with db.tenant(stall.tenant) as tx:
        other = await make_order(tx)
    for way in ("count", "return"):
        answer = await browser.send(f"{path}/orders/{other.code}/payments/{payment_id}/{way}")
        assert answer.status_code == 404
    assert (await stall.look(order_id))[1][0].status == "held"
