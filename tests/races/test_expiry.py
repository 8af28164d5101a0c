"""Property 5: what nobody paid for is free again, and late money finds units or goes back."""

import time
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.events.handling import in_tx
from kram.shop.inventory.events import ReservationDue
from kram.shop.orders import service, tasks
from kram.shop.orders.models import Order
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF, held, make_warehouse, put_into, stock_of
from tests.factories.orders import SHOPPER, order_draft
from tests.house import House, empty, make_due
from tests.races.test_orders import together

pytestmark = pytest.mark.anyio

UNITS = 50


async def test_50_reservations_expire_and_50_units_are_free(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    """Over two warehouses, through the outbox, within 5 seconds of their moment."""
    await empty(owner)
    async with db.tenant(tenant) as tx:
        depot, variant = await make_warehouse(tx), await make_variant(tx, stock=20)
        await put_into(tx, depot, variant, 30)
        customer = (await make_customer(tx)).id
        draft = order_draft(customer, {variant: 1}, pay_until=tx.now + timedelta(minutes=15))
        for _ in range(UNITS):
            await service.place(tx, draft, SHOPPER)
        assert await stock_of(tx, variant) == (UNITS, UNITS)
    house = House(
        db,
        [tenant],
        {"orders.cancel_unpaid": in_tx(tasks.cancel_unpaid)},
        events={ReservationDue.name: ["orders.cancel_unpaid"]},
    )
    await make_due(owner)
    started = time.monotonic()
    await house.settle()
    assert time.monotonic() - started < 5
    async with db.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (UNITS, 0)
        assert await held(reading, variant) == 0


async def test_late_money_is_promised_anew_or_refused(db: Database, tenant: Tenant) -> None:
    """100 of 100: as many orders live again as there are units, and the others say so."""
    async with db.tenant(tenant) as tx:
        variant, customer = await make_variant(tx, stock=100), (await make_customer(tx)).id
        draft = order_draft(customer, {variant: 1}, pay_until=tx.now)
        orders = [(await service.place(tx, draft, SHOPPER)).id for _ in range(100)]
        for order in orders:
            await service.expire(tx, order)
        await service.place(tx, order_draft(customer, {variant: 40}), SHOPPER)

    def pays(order_id):  # type: ignore[no-untyped-def]
        return lambda tx: service.mark_paid(tx, order_id, STAFF)

    ended = await together(db, tenant, *map(pays, orders))
    assert ended == {"done": 60, "out_of_stock": 40}
    async with db.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (100, 100)
        found = await reading.scalars(select(Order.payment_state).where(Order.id.in_(orders)))
        assert sorted(found) == ["paid"] * 60 + ["unpaid"] * 40
