"""Property 4: a set and its component in one cart need the units of both."""

from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.shop.catalog import bundles
from kram.shop.catalog.queries import offers
from kram.shop.catalog.service import set_components
from kram.shop.inventory.errors import OutOfStock, Shortage
from kram.shop.inventory.models import Stock
from kram.shop.orders import service
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import held, stock_of
from tests.factories.orders import SHOPPER, order_draft
from tests.races.test_orders import together

pytestmark = pytest.mark.anyio


async def a_cup_and_its_set(db: Database, tenant: Tenant, cups: int) -> tuple[UUID, UUID, UUID]:
    """A cup, a set of one, and a customer."""
    async with db.tenant(tenant) as tx:
        cup, bundle = await make_variant(tx, stock=cups), await make_variant(tx)
        await set_components(tx, bundle, {cup: 1})
        return cup, bundle, (await make_customer(tx)).id


async def test_one_cup_is_left_and_two_are_needed(db: Database, tenant: Tenant) -> None:
    cup, bundle, customer = await a_cup_and_its_set(db, tenant, 1)

    async def buy(tx: TenantTx) -> None:
        await service.place(tx, order_draft(customer, {bundle: 1, cup: 1}), SHOPPER)

    assert await together(db, tenant, *[buy] * 10) == {"out_of_stock": 10}
    async with db.tenant_read(tenant) as reading:
        assert await stock_of(reading, cup) == (1, 0)
        assert await held(reading, cup) == 0


async def test_of_five_cups_two_such_carts_are_sold(db: Database, tenant: Tenant) -> None:
    cup, bundle, customer = await a_cup_and_its_set(db, tenant, 5)

    async def buy(tx: TenantTx) -> None:
        await service.place(tx, order_draft(customer, {bundle: 1, cup: 1}), SHOPPER)

    assert await together(db, tenant, *[buy] * 10) == {"done": 2, "out_of_stock": 8}
    async with db.tenant_read(tenant) as reading:
        assert await stock_of(reading, cup) == (5, 4)


async def test_lines_judged_each_by_itself_sell_one_cup_twice(db: Database, tenant: Tenant) -> None:
    """The negative control: every line asks the shelf alone, and the shelf has one."""
    cup, bundle, _ = await a_cup_and_its_set(db, tenant, 1)
    async with db.tenant(tenant) as tx:
        await tx.execute(text("ALTER TABLE stock DROP CONSTRAINT ck_stock_reserved_within"))

    async def buy(tx: TenantTx) -> None:
        sold = await offers(tx, {bundle: 1, cup: 1})
        needs = [bundles.shelf(sold[line]) for line in (bundle, cup)]
        for need in needs:
            free = await tx.scalar(select(Stock.on_hand - Stock.reserved))
            if free < need[cup]:
                raise OutOfStock([Shortage(cup, need[cup], free)])
        for need in needs:
            taken = Stock.reserved + need[cup]
            await tx.execute(update(Stock).values(reserved=taken))

    assert await together(db, tenant, buy) == {"done": 1}
    async with db.tenant_read(tenant) as reading:
        assert await stock_of(reading, cup) == (1, 2)
