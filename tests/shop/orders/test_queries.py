"""Reading orders: whose, how many at a time, and in how many statements."""

from datetime import timedelta

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.pagination import BadCursor
from kram.shop.orders import queries, service
from kram.shop.orders.models import OrderStatus
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def test_a_code_is_read_as_a_person_types_it(tx: TenantTx) -> None:
    order = await make_order(tx)
    typed = f" {order.code[:5].lower()}-{order.code[5:]} "
    found = await queries.order_by_code(tx, typed)
    assert found is not None
    assert (found.id, len(found.lines), len(found.steps)) == (order.id, 1, 1)
    assert await queries.order_by_code(tx, "NONE") is None


async def test_pages_go_through_every_order_once(tx: TenantTx) -> None:
    placed = []
    for _ in range(7):
        tx.now += timedelta(seconds=1)
        placed.append((await make_order(tx)).id)
    seen, cursor = [], None
    for _ in range(4):
        page = await queries.orders_page(tx, cursor=cursor, limit=2)
        seen += [order.id for order in page.items]
        cursor = page.next_cursor
    assert seen == placed[::-1]
    assert cursor is None


async def test_orders_of_one_moment_are_not_lost_between_pages(tx: TenantTx) -> None:
    placed = {(await make_order(tx)).id for _ in range(5)}
    first = await queries.orders_page(tx, limit=3)
    second = await queries.orders_page(tx, cursor=first.next_cursor, limit=3)
    assert {order.id for order in [*first.items, *second.items]} == placed
    assert second.next_cursor is None


async def test_filters_by_status_and_customer(tx: TenantTx) -> None:
    customer = await make_customer(tx)
    variant = await make_variant(tx, stock=9)
    theirs = await make_order(tx, customer_id=customer.id, lines={variant: 1})
    accepted = await make_order(tx)
    await service.accept(tx, accepted.id, STAFF)
    by_customer = await queries.orders_page(tx, customer_id=customer.id)
    by_status = await queries.orders_page(tx, statuses=[OrderStatus.ACCEPTED])
    assert [order.id for order in by_customer.items] == [theirs.id]
    assert [order.id for order in by_status.items] == [accepted.id]
    counts = await queries.count_by_status(tx)
    assert (counts[OrderStatus.PLACED], counts[OrderStatus.ACCEPTED]) == (1, 1)
    assert counts[OrderStatus.DELIVERED] == 0


async def test_a_forged_cursor_is_refused(tx: TenantTx) -> None:
    with pytest.raises(BadCursor):
        await queries.orders_page(tx, cursor="forged")


async def test_the_list_takes_two_statements_for_any_number(db: Database, tenant: Tenant) -> None:
    counts = []
    for total in (1, 100):
        async with db.tenant(tenant) as tx:
            variant = await make_variant(tx, stock=100)
            customer = await make_customer(tx)
            for _ in range(total):
                await make_order(tx, lines={variant: 1}, customer_id=customer.id)
        async with db.tenant_read(tenant) as reading:
            with statements(db) as sent:
                page = await queries.orders_page(reading, customer_id=customer.id, limit=100)
            assert len(page.items) == total
            assert sum(len(order.lines) for order in page.items) == total
            counts.append(len(sent))
    assert counts == [2, 2]


async def test_another_shops_orders_are_not_listed(
    db: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    async with db.tenant(other_tenant) as tx:
        theirs = await make_order(tx)
    async with db.tenant(tenant) as tx:
        ours = await make_order(tx)
        page = await queries.orders_page(tx)
        assert [order.id for order in page.items] == [ours.id]
        assert await queries.order_by_code(tx, theirs.code) is None
        assert await queries.order_with_lines(tx, theirs.id) is None
        assert (await queries.count_by_status(tx))[OrderStatus.PLACED] == 1
