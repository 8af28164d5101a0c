"""Goods, categories and stock by REST."""

from typing import Any

import pytest

from kram.kit.db.database import Database
from kram.kit.ids import new_id
from tests.api.rest.bodies import goods, product, variant
from tests.factories.catalog import make_category, make_picture, make_product
from tests.factories.rest import Desk, pointers, refused

pytestmark = pytest.mark.anyio


async def test_a_product_is_created_and_read(desk: Desk) -> None:
    made = await desk.post("/products", product(variant("CUP-R", 12_500), description="Blue"))
    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["title"], shown["slug"], shown["status"]) == ("Cup", "cup", "active")
    [line] = shown["variants"]
    assert (line["sku"], line["price"]) == ("CUP-R", {"minor": 12_500, "currency": "UAH"})
    assert (line["on_hand"], line["reserved"]) == (0, 0)
    assert (await desk.get(f"/products/{shown['id']}")).json() == shown


async def test_a_product_is_changed_archived_and_brought_back(desk: Desk) -> None:
    made = (await desk.post("/products", product())).json()
    path = f"/products/{made['id']}"
    sizes = product(variant("CUP", 99, title="S"), variant("CUP-L", 199, title="L"), title="Mug")
    changed = (await desk.put(path, sizes)).json()
    assert (changed["id"], changed["title"], changed["slug"]) == (made["id"], "Mug", "cup")
    assert [line["price"]["minor"] for line in changed["variants"]] == [99, 199]
    assert changed["variants"][0]["id"] == made["variants"][0]["id"]
    gone = await desk.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await desk.get(path)).json()["status"] == "archived"
    assert (await desk.get("/products")).json()["items"] == []
    assert (await desk.post(f"{path}/restore")).json()["status"] == "active"


async def test_lists_hold_nothing_of_another_shop(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    for number in range(3):
        await desk.post("/products", product(variant(f"OURS-{number}"), title=f"Ours {number}"))
    await other_desk.post("/products", product(variant("THEIRS"), title="Theirs"))
    first = (await desk.get("/products", params={"limit": 2})).json()
    rest = (await desk.get("/products", params={"cursor": first["next_cursor"]})).json()
    assert [item["title"] for item in first["items"]] == ["Ours 2", "Ours 1"]
    assert ([item["title"] for item in rest["items"]], rest["next_cursor"]) == (["Ours 0"], None)
    [theirs] = (await other_desk.get("/products")).json()["items"]
    assert theirs["title"] == "Theirs"


async def test_goods_are_found_by_words_and_category(desk: Desk, db: Database) -> None:
    async with db.tenant(desk.shop.tenant) as tx:
        tea = await make_category(tx, "Tea")
        await make_product(tx, title="Green tea", sku="T-1", category_id=tea.id)
        await make_product(tx, title="Kettle", sku="K-1", stock=4)
    for params, titles in [
        ({"q": "TEA"}, ["Green tea"]),
        ({"q": "k-1"}, ["Kettle"]),
        ({"q": "\0%_"}, []),
        ({"category_id": str(tea.id)}, ["Green tea"]),
        ({"category_id": str(new_id())}, []),
    ]:
        answer = await desk.get("/products", params=params)
        assert [item["title"] for item in answer.json()["items"]] == titles, params
    [kettle] = (await desk.get("/products", params={"q": "kettle"})).json()["items"]
    assert kettle["variants"][0]["on_hand"] == 4


async def test_pictures_are_addresses(desk: Desk, db: Database) -> None:
    async with db.tenant(desk.shop.tenant) as tx:
        made = await make_product(tx)
        picture = await make_picture(tx, made.id)
    [address] = (await desk.get(f"/products/{made.id}")).json()["pictures"]
    assert address == f"/media/{picture.key}/1280.webp"


BAD_MONEY = [
    ({"minor": -1, "currency": "UAH"}, "/variants/0/price"),
    ({"minor": 10**18, "currency": "UAH"}, "/variants/0/price"),
    ({"minor": 10**19, "currency": "UAH"}, "/variants/0/price/minor"),
    ({"minor": 0.005, "currency": "UAH"}, "/variants/0/price/minor"),
    ({"minor": "12.50", "currency": "UAH"}, "/variants/0/price/minor"),
    ({"minor": None, "currency": "UAH"}, "/variants/0/price/minor"),
    ({"minor": True, "currency": "UAH"}, "/variants/0/price/minor"),
    ({"minor": 1, "currency": "ZZZ"}, "/variants/0/price"),
    ({"minor": 1, "currency": "uah"}, "/variants/0/price/currency"),
    ({"minor": 1}, "/variants/0/price/currency"),
    ("12.50", "/variants/0/price"),
    (12.5, "/variants/0/price"),
]


@pytest.mark.parametrize(("price", "pointer"), BAD_MONEY)
async def test_bad_money_is_refused_by_its_field(
    desk: Desk, db: Database, price: Any, pointer: str
) -> None:
    await desk.post("/products", product(variant("A-1")))
    before = await goods(db, desk.shop.tenant)
    problem = refused(
        await desk.post("/products", product({"sku": "B-1", "price": price})), 422, "invalid_input"
    )
    assert pointers(problem) == [pointer]
    assert problem["errors"][0]["detail"]
    assert await goods(db, desk.shop.tenant) == before


async def test_prices_are_in_the_shops_currency_from_the_first_on(desk: Desk, db: Database) -> None:
    before = await goods(db, desk.shop.tenant)
    problem = refused(
        await desk.post("/products", product(variant(currency="EUR"))), 422, "currency_differs"
    )
    assert problem["extra"] == {"currency": "UAH"}
    assert await goods(db, desk.shop.tenant) == before
    made = (await desk.post("/products", product())).json()
    answer = await desk.put(f"/products/{made['id']}", product(variant(currency="EUR")))
    refused(answer, 422, "currency_differs")


BAD_PRODUCTS = [
    (product(title=""), ["/title"]),
    (product(title="x" * 201), ["/title"]),
    (product(title="a\0b"), ["/title"]),
    (product(variants=[]), ["/variants"]),
    (product(variant(""), variant("")), ["/variants/0/sku", "/variants/1/sku"]),
    (product(variant("A"), variant("A", title="x")), ["/variants/0/sku", "/variants/1/sku"]),
    (product(status="sold"), ["/status"]),
    (product(category_id="x"), ["/category_id"]),
    (product(colour="red"), [""]),
    ({"title": "Cup"}, ["/variants"]),
    ([], [""]),
    ("Cup", [""]),
]


@pytest.mark.parametrize(("body", "expected"), BAD_PRODUCTS)
async def test_a_bad_product_is_refused_by_its_fields(
    desk: Desk, db: Database, body: Any, expected: list[str]
) -> None:
    before = await goods(db, desk.shop.tenant)
    problem = refused(await desk.post("/products", body), 422, "invalid_input")
    assert set(expected) <= set(pointers(problem)), problem
    assert await goods(db, desk.shop.tenant) == before


async def test_a_taken_sku_is_refused(desk: Desk, db: Database) -> None:
    await desk.post("/products", product(variant("CUP")))
    before = await goods(db, desk.shop.tenant)
    problem = refused(await desk.post("/products", product(variant("CUP"))), 422, "invalid_input")
    assert pointers(problem) == ["/variants/0/sku"]
    assert await goods(db, desk.shop.tenant) == before


async def test_what_another_shop_has_is_not_found(
    desk: Desk, other_desk: Desk, db: Database
) -> None:
    theirs = (await other_desk.post("/products", product())).json()
    category = (await other_desk.post("/categories", {"name": "Tea"})).json()
    before = await goods(db, other_desk.shop.tenant)
    path, units = f"/products/{theirs['id']}", f"/variants/{theirs['variants'][0]['id']}/stock"
    refused(await desk.get(path), 404, "product_not_found")
    refused(await desk.put(path, product()), 404, "product_not_found")
    refused(await desk.delete(path), 404, "product_not_found")
    refused(await desk.post(f"{path}/restore"), 404, "product_not_found")
    refused(await desk.post(units, {"delta": 1}), 404, "variant_not_found")
    refused(await desk.delete(f"/categories/{category['id']}"), 404, "category_not_found")
    wanted = product(category_id=category["id"])
    refused(await desk.post("/products", wanted), 404, "category_not_found")
    body = {"name": "Green", "parent_id": category["id"]}
    refused(await desk.post("/categories", body), 404, "category_not_found")
    assert await goods(db, other_desk.shop.tenant) == before


async def test_paths_and_pages_that_make_no_sense(desk: Desk) -> None:
    refused(await desk.get("/products/not-an-id"), 404, "not_found")
    refused(await desk.get("/nothing"), 404, "not_found")
    refused(await desk.ask("PATCH", "/products"), 405, "method_not_allowed")
    refused(await desk.get("/products", params={"cursor": "x"}), 422, "bad_cursor")
    refused(await desk.get("/products", params={"limit": 0}), 422, "bad_page_size")
    refused(await desk.get("/products", params={"limit": 101}), 422, "bad_page_size")
    refused(await desk.get("/products", params={"limit": "x"}), 422, "invalid_input")
    refused(await desk.get("/products", params={"category_id": "x"}), 422, "invalid_input")


async def test_a_body_that_cannot_be_read(desk: Desk, db: Database) -> None:
    before = await goods(db, desk.shop.tenant)
    for body in (b"{", b"\xff\xfe", b'{"title": "\\ud800"', b"[" * 100_000):
        refused(await desk.post("/products", content=body), 400, "malformed_request")
    refused(await desk.post("/products", content=b""), 422, "invalid_input")
    huge = b'{"title": "' + b"x" * 2**20 + b'"}'
    refused(await desk.post("/products", content=huge), 413, "request_entity_too_large")
    assert await goods(db, desk.shop.tenant) == before
