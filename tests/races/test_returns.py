"""Two people give back the same goods, and returns are closed twice."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.shop.orders.models import Order
from kram.shop.orders.queries import lines_of
from kram.shop.returns import service
from kram.shop.returns.models import ReturnRequest, ReturnState
from kram.shop.returns.queries import returns_of
from kram.shop.returns.rules import Received, read_lines
from kram.shop.returns.service.locked import Held
from tests.factories.inventory import STAFF, stock_of
from tests.factories.returns import ask_back, delivered_order
from tests.house import empty
from tests.races.test_orders import events_named, together

pytestmark = pytest.mark.anyio

Step = Callable[[TenantTx], Awaitable[object]]


async def asked_by_twenty(db: Database, tenant: Tenant) -> int:
    """Twenty requests for two units each, of a line of ten; how many units they got together."""
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx, 10)

    async def ask(tx: TenantTx) -> None:
        await ask_back(tx, order.id, {line: 2}, STAFF)

    await together(db, tenant, *[ask] * 20)
    async with db.tenant(tenant) as tx:
        backs = await returns_of(tx, order.id)
        return sum(asked.quantity for back in backs for asked in read_lines(back.lines))


async def test_twenty_requests_get_no_more_than_was_bought(db: Database, tenant: Tenant) -> None:
    assert await asked_by_twenty(db, tenant) == 10


async def test_without_the_orders_lock_more_is_given_back_than_was_bought(
    db: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""

    async def only_read(tx: TenantTx, order_id: UUID) -> Order:
        order = await tx.get(Order, order_id)
        assert order is not None
        return order

    module = importlib.import_module("kram.shop.returns.service.request")
    monkeypatch.setattr(module, "lock", only_read)
    assert await asked_by_twenty(db, tenant) > 10


async def asked_for_money(db: Database, tenant: Tenant, owner: asyncpg.Connection) -> int:
    """How often a received return of four units is to be paid out, when twenty people close it."""
    await empty(owner)
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx, 10)
        back = await ask_back(tx, order.id, {line: 4}, STAFF)
        await service.receive(tx, back.id, {line: Received(4)}, STAFF)

    async def close(tx: TenantTx) -> None:
        await service.close(tx, back.id, STAFF)

    await together(db, tenant, *[close] * 20)
    return await events_named(owner, "order.balance_due.v1")


async def test_a_return_closed_twenty_times_is_paid_out_once(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    assert await asked_for_money(db, tenant, owner) == 1


async def test_without_the_lock_a_closed_return_is_paid_out_again(
    db: Database, tenant: Tenant, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the return and its order are read, not held."""

    async def only_read(tx: TenantTx, return_id: UUID) -> Held:
        back = await tx.get(ReturnRequest, return_id)
        assert back is not None
        order = await tx.get(Order, back.order_id)
        assert order is not None
        lines = {line.id: line for line in await lines_of(tx, order.id)}
        await asyncio.sleep(0.05)
        return Held(back, order, lines)

    module = importlib.import_module("kram.shop.returns.service.close")
    monkeypatch.setattr(module, "hold", only_read)
    assert await asked_for_money(db, tenant, owner) > 1


async def test_received_and_closed_twenty_times_is_once(
    db: Database, tenant: Tenant, owner: asyncpg.Connection
) -> None:
    await empty(owner)
    async with db.tenant(tenant) as tx:
        order, (line,), (variant,) = await delivered_order(tx, 10)
        back = await ask_back(tx, order.id, {line: 4}, STAFF)

    async def receive(tx: TenantTx) -> None:
        await service.receive(tx, back.id, {line: Received(4)}, STAFF)

    async def close(tx: TenantTx) -> None:
        await service.close(tx, back.id, STAFF)

    assert await together(db, tenant, *[receive] * 20) == {"done": 20}
    assert await together(db, tenant, *[close] * 20) == {"done": 20}
    async with db.tenant(tenant) as tx:
        [stored] = await returns_of(tx, order.id)
        assert (stored.state, stored.refund_minor) == (ReturnState.CLOSED, 40_000)
        assert await stock_of(tx, variant) == (4, 0)
    assert await events_named(owner, "order.balance_due.v1") == 1


async def test_a_return_is_agreed_to_or_declined(db: Database, tenant: Tenant) -> None:
    """Whoever is first; the units are spoken for or free, never both."""
    async with db.tenant(tenant) as tx:
        order, (line,), _ = await delivered_order(tx, 10)
        back = await ask_back(tx, order.id, {line: 4})

    async def approve(tx: TenantTx) -> None:
        await service.approve(tx, back.id, STAFF)

    async def decline(tx: TenantTx) -> None:
        await service.decline(tx, back.id, STAFF, "")

    await together(db, tenant, *[approve, decline] * 10)
    async with db.tenant(tenant) as tx:
        [stored] = await returns_of(tx, order.id)
        again = await tx.get(Order, order.id)
        assert again is not None
        free = (await service.returnable(tx, again))[line]
        assert (stored.state, free) in {("approved", 6), ("declined", 10)}
