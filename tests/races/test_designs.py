"""Parts that were chosen are raced for like any goods, bought alone or inside a design."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.errors import AppError
from kram.shop.catalog import bundles
from kram.shop.catalog.queries import Offer
from kram.shop.configurator.lines import LineKey
from kram.shop.orders import service as orders
from tests.factories.catalog import make_variant
from tests.factories.configurator import LIT, designed, make_table
from tests.factories.customers import make_customer
from tests.factories.inventory import stock_of
from tests.factories.orders import SHOPPER, order_draft

pytestmark = pytest.mark.anyio

PARTS = 20


async def race(db: Database, tenant: Tenant) -> tuple[Counter[str], int, int]:
    """Ten want a lamp of two parts each, thirty one part alone; how it ended, parts held, parts
    that were sold."""
    async with db.tenant(tenant) as tx:
        brass = await make_variant(tx, stock=PARTS)
        lit = await designed(tx, await make_table(tx, stock=99, brass=brass), LIT)
        buyer = (await make_customer(tx)).id
    turn = asyncio.Semaphore(8)

    async def buy(key: LineKey) -> str:
        try:
            async with turn, db.tenant(tenant) as tx:
                await orders.place(tx, order_draft(buyer, {key: 1}), SHOPPER)
        except AppError as refusal:
            return refusal.code
        return "lamp" if key.design else "part"

    wanted = [lit, LineKey(brass), LineKey(brass), LineKey(brass)] * 10
    ended = Counter(await asyncio.gather(*map(buy, wanted)))
    async with db.tenant_read(tenant) as tx:
        _, reserved = await stock_of(tx, brass)
    return ended, reserved, 2 * ended["lamp"] + ended["part"]


async def test_parts_are_never_promised_twice(db: Database, tenant: Tenant) -> None:
    ended, reserved, sold = await race(db, tenant)
    assert set(ended) <= {"lamp", "part", "out_of_stock"}
    assert (reserved, sold) == (PARTS, PARTS)


async def test_with_the_parts_forgotten_the_same_race_oversells(
    db: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""

    def own_alone(offer: Offer) -> dict[UUID, int]:
        return {offer.variant_id: 1}

    monkeypatch.setattr(bundles, "shelf", own_alone)
    _, _, sold = await race(db, tenant)
    assert sold > PARTS
