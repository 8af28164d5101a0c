"""The counters are what the orders say, however often and in whatever order it is told."""

from datetime import timedelta

import pytest

from kram.integrations.people.counting import recount, recount_of_order
from kram.integrations.people.tasks import count_order
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.customers.models import Customer
from kram.shop.orders import service as orders
from kram.shop.orders.events import OrderPlaced
from kram.shop.orders.service.step import facts
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.factories.people import make_past_order, make_person

pytestmark = pytest.mark.anyio


async def test_orders_money_and_dates_are_counted(tx: TenantTx) -> None:
    person, other = await make_person(tx), await make_person(tx)
    first, last = tx.now - timedelta(days=40), tx.now - timedelta(days=2)
    await make_past_order(tx, person.id, at=first, number=1, captured=10_000, refunded=2_500)
    order = await make_past_order(tx, person.id, at=last, number=2, captured=1_000)
    await make_past_order(
        tx, person.id, at=tx.now, number=3, status="cancelled", captured=9, refunded=9
    )
    await make_past_order(tx, person.id, at=tx.now, status="awaiting_payment")
    await make_past_order(tx, other.id, at=tx.now, number=4, captured=77)
    for _ in range(3):
        await recount(tx, person.id)
        await recount_of_order(tx, order)
    await tx.session.refresh(person)
    assert (person.orders_count, person.spent_minor) == (2, 8_500)
    assert (person.first_order_at, person.last_order_at) == (first, last)
    await tx.session.refresh(other)
    assert (other.orders_count, other.spent_minor) == (0, 0)


async def test_a_cancelled_order_counts_no_more(tx: TenantTx) -> None:
    order = await make_order(tx)
    placed = OrderPlaced(**facts(order))
    await count_order(tx, placed)
    await count_order(tx, placed)
    person = await tx.get(Customer, order.customer_id)
    assert person is not None
    await tx.session.refresh(person)
    assert (person.orders_count, person.last_order_at) == (1, order.created_at)
    await orders.cancel(tx, order.id, STAFF, "")
    await tx.flush()
    await count_order(tx, placed)
    await tx.session.refresh(person)
    assert (person.orders_count, person.last_order_at) == (0, None)


async def test_who_is_no_more_is_not_counted(tx: TenantTx) -> None:
    person = await make_person(tx, erased_at=tx.now)
    await recount(tx, person.id)
    await recount(tx, new_id())
    await recount_of_order(tx, new_id())
