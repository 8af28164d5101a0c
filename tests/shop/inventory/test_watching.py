"""Low goods are told once, and so is their return."""

from uuid import UUID

import pytest

from kram.kit.db.tx import TenantTx
from kram.kit.events.event import Event
from kram.kit.ids import new_id
from kram.shop.catalog.errors import VariantMissing
from kram.shop.inventory import service, tasks
from kram.shop.inventory.errors import QuantityInvalid, TooManySubscriptions
from kram.shop.inventory.events import (
    AvailabilityChanged,
    BackInStock,
    LowGoods,
    StockLow,
    SubscribersDue,
)
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.queries import waiting as queries
from kram.shop.inventory.service import waiting
from kram.shop.inventory.service.policies import PolicyDraft, set_policy, set_shop_low_at
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF, make_warehouse, put_into, put_on_shelf

pytestmark = pytest.mark.anyio


def told(tx: TenantTx, kind: type[Event] = StockLow) -> list[Event]:
    found = [pending.event for pending in tx.pending_events if isinstance(pending.event, kind)]
    tx.pending_events.clear()
    return found


def low(variant: UUID, left: int) -> list[StockLow]:
    return [StockLow(goods=(LowGoods(variant, left),))]


async def buy(tx: TenantTx, variant: UUID, units: int) -> UUID:
    order = new_id()
    await service.reserve(tx, order, {variant: units}, None)
    return order


async def test_going_low_is_told_once_until_units_come(tx: TenantTx) -> None:
    await set_shop_low_at(tx, 3)
    variant = await make_variant(tx, stock=5)
    await buy(tx, variant, 1)
    assert told(tx) == []
    order = await buy(tx, variant, 1)
    assert told(tx) == low(variant, 3)
    await service.release(tx, order)
    await buy(tx, variant, 2)
    assert told(tx) == []
    await put_on_shelf(tx, variant, 5)
    await service.receive(tx, variant, -4, MoveCause.WRITTEN_OFF, STAFF)
    assert told(tx) == low(variant, 3)


async def test_a_variant_may_say_otherwise_than_the_shop(tx: TenantTx) -> None:
    await set_shop_low_at(tx, 1)
    variant, other = await make_variant(tx, stock=9), await make_variant(tx, stock=9)
    await set_policy(tx, variant, PolicyDraft(low_at=8))
    await buy(tx, other, 1)
    assert told(tx) == []
    await buy(tx, variant, 1)
    assert told(tx) == low(variant, 8)


async def test_nobody_is_told_without_a_threshold(tx: TenantTx) -> None:
    variant = await make_variant(tx, stock=1)
    await buy(tx, variant, 1)
    assert told(tx) == []


async def test_low_is_what_all_places_have_together(tx: TenantTx) -> None:
    await set_shop_low_at(tx, 2)
    depot, variant = await make_warehouse(tx), await make_variant(tx, stock=1)
    await put_into(tx, depot, variant, 3)
    await buy(tx, variant, 1)
    assert told(tx) == []
    await buy(tx, variant, 2)
    assert told(tx) == low(variant, 1)


@pytest.mark.parametrize("low_at", [-1, 10**9 + 1])
async def test_a_senseless_threshold_is_refused(tx: TenantTx, low_at: int) -> None:
    with pytest.raises(QuantityInvalid):
        await set_shop_low_at(tx, low_at)


async def test_who_waits_is_woken_once(tx: TenantTx) -> None:
    variant, other = await make_variant(tx), await make_variant(tx)
    ivan, olga = (await make_customer(tx)).id, (await make_customer(tx)).id
    for customer in (ivan, olga, ivan):
        await waiting.subscribe(tx, variant, customer)
    await waiting.subscribe(tx, other, ivan)
    await put_on_shelf(tx, variant, 1)
    [changed] = told(tx, AvailabilityChanged)
    assert isinstance(changed, AvailabilityChanged)
    for expected in (
        [BackInStock(variant_id=variant, customer_id=customer) for customer in (ivan, olga)],
        [],
    ):
        await tasks.wake_subscribers(tx, changed)
        assert told(tx, BackInStock) == expected
    assert await queries.subscriptions(tx, ivan) == {other}


async def test_nobody_is_woken_by_goods_that_sold_out(tx: TenantTx) -> None:
    variant, ivan = await make_variant(tx), (await make_customer(tx)).id
    await waiting.subscribe(tx, variant, ivan)
    await tasks.wake_subscribers(tx, AvailabilityChanged(variant_ids=(variant,)))
    assert told(tx, BackInStock) == []
    await waiting.unsubscribe(tx, variant, ivan)
    assert await queries.subscriptions(tx, ivan) == set()


async def test_who_asks_for_what_has_come_meanwhile_is_told(tx: TenantTx) -> None:
    variant, ivan = await make_variant(tx, stock=1), (await make_customer(tx)).id
    told(tx)
    await waiting.subscribe(tx, variant, ivan)
    assert told(tx, SubscribersDue) == [SubscribersDue(variant_ids=(variant,))]


async def test_many_are_woken_in_portions(tx: TenantTx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_AT_ONCE", 2)
    variant = await make_variant(tx)
    for _ in range(3):
        await waiting.subscribe(tx, variant, (await make_customer(tx)).id)
    await put_on_shelf(tx, variant, 1)
    due = SubscribersDue(variant_ids=(variant,))
    told(tx)
    await tasks.wake_subscribers(tx, due)
    assert [type(pending.event) for pending in tx.pending_events] == [
        BackInStock,
        BackInStock,
        SubscribersDue,
    ]
    told(tx)
    await tasks.wake_subscribers(tx, due)
    assert len(told(tx, BackInStock)) == 1


async def test_nobody_waits_for_what_is_not_sold_or_for_too_much(
    tx: TenantTx, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivan = (await make_customer(tx)).id
    with pytest.raises(VariantMissing):
        await waiting.subscribe(tx, new_id(), ivan)
    monkeypatch.setattr(waiting, "MOST_SUBSCRIPTIONS", 1)
    await waiting.subscribe(tx, await make_variant(tx), ivan)
    with pytest.raises(TooManySubscriptions):
        await waiting.subscribe(tx, await make_variant(tx), ivan)
