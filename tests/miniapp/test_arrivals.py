"""Goods that are awaited, and places where orders are collected."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kram.kit.ids import new_id
from kram.shop.inventory.models import MAIN_WAREHOUSE, Selling
from kram.shop.inventory.service.policies import PolicyDraft, set_policy
from kram.shop.inventory.service.warehouses import WarehouseDraft, add_warehouse, change_warehouse
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_by_code
from tests.factories.catalog import make_product
from tests.factories.inventory import to_order
from tests.factories.storefront import Storefront, order_words
from tests.miniapp.test_checkout import shopper_with
from tests.miniapp.test_people import ask

pytestmark = pytest.mark.anyio


async def variant_of(storefront: Storefront, **about: object) -> UUID:
    async with storefront.services.db.tenant(storefront.stall.tenant) as tx:
        product = await make_product(tx, **about)  # type: ignore[arg-type]
        return product.variants[0].id


async def test_a_shopper_waits_for_goods_and_stops(storefront: Storefront) -> None:
    session, variant = await storefront.sign_in(), await variant_of(storefront)
    path = f"/arrivals/{variant}"
    for _ in range(2):
        assert (await ask(storefront, "PUT", path, session)).status_code == 204
    answer = await ask(storefront, "GET", "/arrivals", session)
    assert answer.json() == {"variants": [str(variant)]}
    other = await storefront.sign_in(43)
    assert (await ask(storefront, "GET", "/arrivals", other)).json() == {"variants": []}
    assert (await ask(storefront, "DELETE", path, session)).status_code == 204
    assert (await ask(storefront, "GET", "/arrivals", session)).json() == {"variants": []}
    missing = await ask(storefront, "PUT", f"/arrivals/{new_id()}", session)
    assert (missing.status_code, missing.json()["code"]) == (404, "variant_not_found")


async def test_the_page_never_says_there_of_what_is_to_come(storefront: Storefront) -> None:
    variant = await variant_of(storefront, title="Kettle")
    page = f"{storefront.base}/p/kettle?lang=en"
    assert "Sold out" in (await storefront.browse.get(page)).text
    async with storefront.services.db.tenant(storefront.stall.tenant) as tx:
        await to_order(tx, variant)
    other = await variant_of(storefront, title="Pot")
    async with storefront.services.db.tenant(storefront.stall.tenant) as tx:
        draft = PolicyDraft(Selling.PREORDER, available_from=date(2027, 3, 1))
        await set_policy(tx, other, draft)
    pot = (await storefront.browse.get(f"{storefront.base}/p/pot?lang=en")).text
    assert "Pre-order: there from 1 March 2027" in pot
    assert 'data-state="coming"' in pot


async def open_point(storefront: Storefront, name: str) -> str:
    async with storefront.services.db.tenant(storefront.stall.tenant) as tx:
        draft = WarehouseDraft(
            name, address="Rynok 1", hours="9–18", is_active=False, is_pickup=True
        )
        return str((await add_warehouse(tx, draft)).id)


async def ordered(storefront: Storefront, code: str) -> Order:
    async with storefront.services.db.tenant_read(storefront.stall.tenant) as tx:
        order = await order_by_code(tx, code)
    assert order is not None
    return order


async def test_an_order_remembers_where_it_is_collected(storefront: Storefront) -> None:
    first, second = await open_point(storefront, "Kiosk"), await open_point(storefront, "Corner")
    listed = await ask(storefront, "GET", "/pickup-points", {})
    assert {(point["id"], point["hours"]) for point in listed.json()["points"]} == {
        (first, "9–18"),
        (second, "9–18"),
    }
    session = await shopper_with(storefront)
    words = order_words(12_500, delivery="pickup", address="")
    for chosen, code in ((None, "required"), (str(MAIN_WAREHOUSE), "unknown")):
        refused = await place(storefront, session, {**words, "pickup_point": chosen})
        assert refused.status_code == 422
        [error] = refused.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/pickup_point", code)
    placed = await place(storefront, session, {**words, "pickup_point": second})
    order = await ordered(storefront, placed.json()["order_code"])
    assert (str(order.pickup_point_id), order.address) == (second, "Corner, Rynok 1")
    async with storefront.services.db.tenant(storefront.stall.tenant) as tx:
        renamed = WarehouseDraft("Closed", is_active=False)
        await change_warehouse(tx, UUID(second), renamed)
    assert (await ordered(storefront, order.code)).address == "Corner, Rynok 1"


async def place(storefront: Storefront, session: dict[str, str], words: dict[str, Any]) -> Any:
    headers = {**session, "idempotency-key": f"key-{new_id()}"}
    return await ask(storefront, "POST", "/checkout", headers, json=words)
