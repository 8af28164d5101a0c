"""Options, variants, bundles, collections, attributes, price lists by REST."""

from typing import Any

import pytest

from kram.kit.ids import new_id
from tests.api.rest.bodies import product, variant
from tests.factories.rest import Desk, pointers, refused

pytestmark = pytest.mark.anyio


async def made(desk: Desk, sku: str = "T", **more: Any) -> dict[str, Any]:
    answer = await desk.post("/products", product(variant(sku, 500), **more))
    found: dict[str, Any] = answer.json()
    return found


async def test_options_make_variants_and_a_grid_changes_them(desk: Desk) -> None:
    shown = await made(desk)
    path = f"/products/{shown['id']}"
    options = {
        "options": [
            {"name": "Colour", "values": [{"name": "Red", "colour": "#FF0000"}, {"name": "Blue"}]},
            {"name": "Size", "values": [{"name": "S"}, {"name": "M"}], "names": {"uk": "Розмір"}},
        ]
    }
    answer = await desk.put(f"{path}/options", options)
    assert answer.status_code == 200, answer.text
    variants = answer.json()["variants"]
    assert [each["title"] for each in variants] == ["Red / S", "Red / M", "Blue / S", "Blue / M"]
    assert variants[0]["id"] == shown["variants"][0]["id"]
    change = {
        "variants": [
            {
                "id": variants[1]["id"],
                "price_minor": 900,
                "barcode": "4006381333932",
                "weight_grams": 40,
                "sale": {"minor": 700, "ends": "2030-01-01T00:00:00Z"},
            },
            {"id": variants[2]["id"], "archived": True},
        ]
    }
    changed = (await desk.ask("PATCH", f"{path}/variants", json=change)).json()["variants"]
    assert [each["title"] for each in changed] == ["Red / S", "Red / M", "Blue / M"]
    red = changed[1]
    assert (red["price"]["minor"], red["sale_minor"], red["barcode_doubtful"]) == (900, 700, True)
    wrong = {"variants": [{"id": variants[1]["id"], "sale": {"minor": 901}}]}
    problem = refused(await desk.ask("PATCH", f"{path}/variants", json=wrong), 422, "invalid_input")
    assert pointers(problem) == ["/variants/0/sale"]


async def test_a_bundle_is_made_of_other_goods(desk: Desk) -> None:
    cup, kit = await made(desk, "CUP"), await made(desk, "KIT")
    parts = {"components": [{"variant_id": cup["variants"][0]["id"], "quantity": 2}]}
    path = f"/products/{kit['id']}/variants/{kit['variants'][0]['id']}/components"
    shown = (await desk.put(path, parts)).json()
    assert shown["variants"][0]["kind"] == "bundle"
    other = f"/products/{cup['id']}/variants/{kit['variants'][0]['id']}/components"
    refused(await desk.put(other, parts), 404, "variant_not_found")
    nested = {"components": [{"variant_id": kit["variants"][0]["id"], "quantity": 1}]}
    own = f"/products/{cup['id']}/variants/{cup['variants'][0]['id']}/components"
    refused(await desk.put(own, nested), 409, "bundle_nested")


async def test_attributes_describe_goods_and_find_them(desk: Desk) -> None:
    colour = {
        "code": "colour",
        "label": "Colour",
        "kind": "colour",
        "choices": [{"code": "red", "label": "Red"}, {"code": "blue", "label": "Blue"}],
    }
    attribute = (await desk.post("/attributes", colour)).json()
    refused(await desk.post("/attributes", colour), 409, "attribute_code_taken")
    shown = await made(desk)
    await made(desk, "U", title="Other")
    path = f"/products/{shown['id']}"
    details = {
        "attributes": {"colour": "red"},
        "tags": ["New", "new"],
        "translations": {"uk": {"title": "Чашка"}},
        "slug": "best cup",
        "publish_at": "2100-01-01T00:00:00Z",
    }
    told = (await desk.ask("PATCH", path, json=details)).json()
    assert (told["attributes"], told["tags"]) == ({"colour": ["red"]}, ["new"])
    assert (told["slug"], told["status"]) == ("best-cup", "draft")
    for query, count in (
        ({"tag": "new"}, 1),
        ({"tag": "old"}, 0),
        ({"attribute": "colour:red,blue"}, 1),
        ({"attribute": "colour:blue"}, 0),
        ({"attribute": "nobody:1..2"}, 0),
        ({"attribute": "nonsense"}, 2),
    ):
        found = (await desk.get("/products", params=query)).json()
        assert len(found["items"]) == count, query
    wrong = await desk.ask("PATCH", path, json={"attributes": {"colour": "green"}})
    assert pointers(refused(wrong, 422, "invalid_input")) == ["/attributes/colour"]
    changed = await desk.put(f"/attributes/{attribute['id']}", {**colour, "label": "Tint"})
    assert (changed.json()["label"], changed.json()["code"]) == ("Tint", "colour")
    assert (await desk.delete(f"/attributes/{attribute['id']}")).status_code == 204
    assert (await desk.get(path)).json()["attributes"] == {}


async def test_collections_are_filled_by_hand_or_by_rule(desk: Desk) -> None:
    shown = await made(desk)
    shelf = (await desk.post("/collections", {"title": "Best"})).json()
    path = f"/collections/{shelf['id']}"
    assert (await desk.put(f"{path}/products", {"products": [shown["id"]]})).status_code == 200
    assert (await desk.get(path)).json()["products"] == [shown["id"]]
    refused(
        await desk.put(f"{path}/products", {"products": [str(new_id())]}), 404, "product_not_found"
    )
    rule = {"is": "all", "of": [{"is": "tag", "tag": "New"}, {"is": "price", "high": 500}]}
    changed = (await desk.put(path, {"title": "Newest", "rule": rule})).json()
    assert (changed["kind"], changed["rule"]) == (
        "rule",
        {
            "is": "all",
            "of": [{"is": "tag", "tag": "New"}, {"is": "price", "low": None, "high": 500}],
        },
    )
    refused(await desk.put(path, {"title": "X", "rule": {"is": "?"}}), 422, "invalid_input")
    assert (await desk.delete(path)).status_code == 204
    refused(await desk.get(path), 404, "collection_not_found")


async def test_price_lists_hold_tiers(desk: Desk) -> None:
    shown = await made(desk)
    kept = {"name": "Friends", "currency": "UAH", "group_id": str(new_id())}
    price_list = (await desk.post("/price-lists", kept)).json()
    path = f"/price-lists/{price_list['id']}"
    prices = [{"variant_id": shown["variants"][0]["id"], "minor": 400, "min_quantity": 3}]
    assert (await desk.put(f"{path}/prices", {"prices": prices})).status_code == 200
    assert (await desk.get(f"{path}/prices")).json() == prices
    changed = (await desk.put(path, {**kept, "name": "Staff", "currency": "EUR"})).json()
    assert (changed["name"], changed["currency"]) == ("Staff", "UAH")
    assert (await desk.delete(path)).status_code == 204
    refused(await desk.get(f"{path}/prices"), 404, "price_list_not_found")


async def test_a_category_is_changed_and_moved(desk: Desk) -> None:
    top = (await desk.post("/categories", {"name": "Top"})).json()
    low = (await desk.post("/categories", {"name": "Low"})).json()
    path = f"/categories/{low['id']}"
    change = {"name": "Lower", "slug": "deep", "parent_id": top["id"], "description": "Far"}
    moved = (await desk.ask("PATCH", path, json=change)).json()
    assert (moved["name"], moved["slug"], moved["parent_id"]) == ("Lower", "deep", top["id"])
    inside = await desk.ask("PATCH", f"/categories/{top['id']}", json={"parent_id": low["id"]})
    refused(inside, 409, "category_cycle")
