"""The staff changes an order while somebody else changes it too, or sends it."""

import asyncio
import importlib
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.shop.orders import service
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from tests.factories.inventory import STAFF, stock_of
from tests.factories.orders import SHOPPER, order_draft
from tests.races.test_orders import Step, shelf, together

pytestmark = pytest.mark.anyio

ORDERS = 5


async def only_read(tx: TenantTx, order_id: UUID) -> Order:
    """What the negative controls do instead of locking."""
    order = await tx.get(Order, order_id)
    assert order is not None
    await asyncio.sleep(0.05)
    return order


async def edited_by_ten(db: Database, tenant: Tenant) -> tuple[Counter[str], int]:
    """Ten people who saw the same version write ten comments; how it ended, and its version."""
    variant, customer = await shelf(db, tenant, 1)
    async with db.tenant(tenant) as tx:
        order = await service.place(tx, order_draft(customer, {variant: 1}), SHOPPER)

    def edits(number: int) -> Step:
        wanted = service.OrderEdit(version=1, comment=f"I was number {number}")
        return lambda tx: service.edit(tx, order.id, wanted, STAFF)

    ended = await together(db, tenant, *map(edits, range(10)))
    async with db.tenant_read(tenant) as reading:
        stored = await reading.get(Order, order.id)
        assert stored is not None
        return ended, stored.version


async def test_of_ten_edits_at_once_one_counts(db: Database, tenant: Tenant) -> None:
    assert await edited_by_ten(db, tenant) == ({"done": 1, "order_changed": 9}, 2)


async def test_without_the_lock_edits_undo_each_other(
    db: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: several are told that theirs stands, and one does."""
    monkeypatch.setattr(importlib.import_module("kram.shop.orders.service.edit"), "lock", only_read)
    ended, version = await edited_by_ten(db, tenant)
    assert ended["done"] > 1
    assert version == 2


@dataclass(frozen=True)
class Meeting:
    """`never_sent` are units of each sent order that nobody will ever send."""

    ended: Counter[str]
    gone: int
    stock: tuple[int, int]
    never_sent: list[int]


async def edited_and_sent(db: Database, tenant: Tenant) -> Meeting:
    """Five orders of two units, each sent at the moment when a third unit is added to it."""
    variant, customer = await shelf(db, tenant, 3 * ORDERS)
    async with db.tenant(tenant) as tx:
        placed = [
            await service.place(tx, order_draft(customer, {variant: 2}), SHOPPER)
            for _ in range(ORDERS)
        ]
        lines = {order.id: order.lines[0].id for order in placed}
        for order_id in lines:
            await service.accept(tx, order_id, STAFF)

    def edits(order_id: UUID) -> Step:
        wanted = service.OrderEdit(version=1, quantities={lines[order_id]: 3})
        return lambda tx: service.edit(tx, order_id, wanted, STAFF)

    def sends(order_id: UUID) -> Step:
        return lambda tx: service.ship(tx, order_id, STAFF)

    steps = [step for order_id in lines for step in (edits(order_id), sends(order_id))]
    ended = await together(db, tenant, *steps)
    async with db.tenant_read(tenant) as reading:
        orders = [await lines_of(reading, order_id) for order_id in lines]
        sent = [order for order in orders if any(line.shipped_quantity for line in order)]
        return Meeting(
            ended,
            sum(line.shipped_quantity for order in sent for line in order),
            await stock_of(reading, variant),
            [sum(line.left_quantity for line in order) for order in sent],
        )


async def test_an_edit_and_a_shipment_meet(db: Database, tenant: Tenant) -> None:
    """Whoever is first: three units leave, or two and the edit is refused."""
    met = await edited_and_sent(db, tenant)
    assert met.ended["done"] + met.ended["order_step_impossible"] == 2 * ORDERS
    assert met.never_sent == [0] * ORDERS
    assert met.stock == (3 * ORDERS - met.gone, 0)


async def test_without_the_lock_sent_orders_have_units_that_are_never_sent(
    db: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(importlib.import_module("kram.shop.orders.service.edit"), "lock", only_read)
    assert any((await edited_and_sent(db, tenant)).never_sent)
