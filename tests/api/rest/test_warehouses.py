"""Places, levels, papers and the ledger by REST."""

from typing import Any

import pytest

from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.shop.inventory.models import MAIN_WAREHOUSE
from kram.tenants.models import Role
from tests.api.rest import bodies
from tests.api.rest.bodies import product
from tests.factories.catalog import make_variant
from tests.factories.rest import Desk, refused
from tests.statements import statements

pytestmark = pytest.mark.anyio

MAIN = str(MAIN_WAREHOUSE)


async def variant(desk: Desk, units: int = 0, sku: str = "CUP") -> str:
    made = (await desk.post("/products", product(bodies.variant(sku)))).json()
    line: str = made["variants"][0]["id"]
    if units:
        await desk.post(f"/variants/{line}/stock", {"delta": units})
    return line


async def depot(desk: Desk, **about: Any) -> str:
    made = await desk.post("/warehouses", {"name": "Depot", **about})
    assert made.status_code == 201
    identity: str = made.json()["id"]
    return identity


async def test_places_are_opened_ordered_and_removed(desk: Desk) -> None:
    second = await depot(desk, is_pickup=True, hours="9–18", latitude=50.45, longitude=30.52)
    assert [place["id"] for place in (await desk.get("/warehouses")).json()] == [MAIN, second]
    [point] = (await desk.get("/pickup-points")).json()
    assert (point["id"], point["hours"], point["latitude"]) == (second, "9–18", 50.45)
    ordered = await desk.post("/warehouses/order", {"ids": [second]})
    assert [place["id"] for place in ordered.json()] == [second, MAIN]
    renamed = await desk.put(f"/warehouses/{second}", {"name": "Kiosk", "is_active": False})
    assert (renamed.json()["name"], renamed.json()["is_active"]) == ("Kiosk", False)
    refused(await desk.delete(f"/warehouses/{MAIN}"), 409, "last_warehouse")
    assert (await desk.delete(f"/warehouses/{second}")).status_code == 204
    refused(await desk.delete(f"/warehouses/{second}"), 404, "warehouse_not_found")


async def test_levels_are_told_by_place_and_narrowed(desk: Desk) -> None:
    second = await depot(desk)
    plenty, scarce = await variant(desk, 9, sku="A-1"), await variant(desk, 2, sku="B-1")
    none = await variant(desk, sku="C-1")
    await desk.post(f"/variants/{plenty}/stock", {"delta": 4, "warehouse_id": second})
    await desk.put("/stock-settings", {"low_at": 3})
    found: dict[str, list[str]] = {}
    for left in ("all", "low", "out"):
        page = (await desk.get("/stock", params={"left": left})).json()
        found[left] = [item["stock"]["variant_id"] for item in page["items"]]
    assert found == {"all": [plenty, scarce, none], "low": [scarce], "out": [none]}
    [item] = (await desk.get("/stock", params={"q": "a-1"})).json()["items"]
    assert (item["stock"]["on_hand"], item["stock"]["available"]) == (13, 13)
    places = {shelf["warehouse_id"]: shelf["on_hand"] for shelf in item["stock"]["places"]}
    assert places == {MAIN: 9, second: 4}


async def test_levels_come_in_pages(desk: Desk) -> None:
    variants = [await variant(desk, sku=f"P-{number}") for number in range(3)]
    first = (await desk.get("/stock", params={"limit": 2})).json()
    rest = (await desk.get("/stock", params={"cursor": first["next_cursor"]})).json()
    pages = [item["stock"]["variant_id"] for item in [*first["items"], *rest["items"]]]
    assert (pages, rest["next_cursor"]) == (variants, None)


@pytest.mark.parametrize("goods", [1, 60])
async def test_the_list_costs_the_same_for_any_number(desk: Desk, db: Database, goods: int) -> None:
    async with db.tenant(desk.shop.tenant) as tx:
        for _ in range(goods):
            await make_variant(tx, stock=1)
    with statements(desk.api.services.db) as sent:
        page = await desk.get("/stock", params={"limit": 100})
    assert len(page.json()["items"]) == goods
    assert len([text for text in sent if "stock" in text]) == 2


async def test_a_transfer_and_its_ledger(desk: Desk) -> None:
    second, line = await depot(desk), await variant(desk, 5)
    body = {"from_id": MAIN, "to_id": second, "lines": [{"variant_id": line, "quantity": 3}]}
    sent = (await desk.post("/transfers", body)).json()
    assert (sent["state"], sent["lines"][0]["quantity"]) == ("open", 3)
    refused(await desk.delete(f"/warehouses/{second}"), 409, "warehouse_not_empty")
    arrived = (await desk.post(f"/transfers/{sent['id']}/arrive")).json()
    assert arrived["state"] == "done"
    moves = (await desk.get(f"/variants/{line}/stock-moves")).json()["items"]
    assert [(move["delta"], move["cause"], move["warehouse_id"]) for move in moves] == [
        (3, "transferred", second),
        (-3, "transferred", MAIN),
        (5, "received", MAIN),
    ]
    assert {move["document_id"] for move in moves} == {sent["id"], None}
    refused(await desk.post("/transfers", body), 409, "stock_too_low")
    assert len((await desk.get("/transfers")).json()["items"]) == 1


async def test_a_stocktake_writes_differences(desk: Desk) -> None:
    line, other = await variant(desk, 5, sku="A-1"), await variant(desk, 5, sku="B-1")
    started = (await desk.post("/stocktakes", {"warehouse_id": MAIN})).json()
    path = f"/stocktakes/{started['id']}"
    lines = [{"variant_id": line, "quantity": 4}, {"variant_id": other, "quantity": 0}]
    counted = (await desk.post(f"{path}/counts", {"lines": lines})).json()
    assert {(one["sku"], one["quantity"], one["expected"]) for one in counted["lines"]} == {
        ("A-1", 4, 5),
        ("B-1", 0, 5),
    }
    assert (await desk.delete(f"{path}/counts/{other}")).status_code == 204
    assert (await desk.post(f"{path}/finish")).json()["state"] == "done"
    assert (await desk.get(f"/variants/{line}/stock")).json()["on_hand"] == 4
    assert (await desk.get(f"/variants/{other}/stock")).json()["on_hand"] == 5
    refused(await desk.post(f"{path}/counts", {"lines": lines}), 409, "stock_document_closed")


async def test_a_policy_lets_sell_what_is_not_there(desk: Desk) -> None:
    line = await variant(desk)
    path = f"/variants/{line}/stock-policy"
    refused(await desk.put(path, {"selling": "preorder"}), 422, "stock_policy_invalid")
    body = {"selling": "preorder", "available_from": "2027-03-01", "limit": 10, "low_at": 2}
    told = (await desk.put(path, body)).json()
    assert (told["selling"], told["limit"], told["low_at"]) == ("preorder", 10, 2)
    assert told["available_from"] == "2027-03-01"
    refused(await desk.put(f"/variants/{new_id()}/stock-policy", body), 404, "variant_not_found")


async def test_who_only_looks_changes_nothing(desk: Desk) -> None:
    helper = await desk.api.member(desk.shop, Role.SUPPORT)
    assert (await helper.get("/warehouses")).status_code == 200
    refused(await helper.post("/warehouses", {"name": "Depot"}), 403, "not_allowed")
    refused(await helper.put("/stock-settings", {"low_at": 1}), 403, "not_allowed")
