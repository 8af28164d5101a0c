"""Units and categories by REST."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kram.kit.db.database import Database
from kram.kit.ids import new_id
from kram.shop.inventory.models import MAIN_WAREHOUSE
from tests.api.rest.bodies import goods, product
from tests.factories.rest import Desk, refused

pytestmark = pytest.mark.anyio


async def test_units_come_and_go_and_are_written_down(desk: Desk, db: Database) -> None:
    made = (await desk.post("/products", product())).json()
    [line] = made["variants"]
    path = f"/variants/{line['id']}/stock"
    assert (await desk.post(path, {"delta": 5})).json() == {
        "variant_id": line["id"],
        "on_hand": 5,
        "reserved": 0,
        "available": 5,
        "backordered": 0,
        "selling": "in_stock",
        "available_from": None,
        "limit": None,
        "low_at": None,
        "places": [{"warehouse_id": str(MAIN_WAREHOUSE), "on_hand": 5, "reserved": 0}],
    }
    gone = await desk.post(path, {"delta": -2, "cause": "written_off"})
    assert gone.json()["on_hand"] == 3
    query = text("SELECT delta, cause, actor FROM stock_move ORDER BY id")
    async with db.tenant_read(desk.shop.tenant) as tx:
        moves = [tuple(row) for row in await tx.execute(query)]
    assert [(delta, cause) for delta, cause, _ in moves] == [(5, "received"), (-2, "written_off")]
    assert all(actor.startswith("merchant:") for *_, actor in moves)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"delta": 0}, 422, "quantity_invalid"),
        ({"delta": -6}, 409, "stock_too_low"),
        ({"delta": 10**9 + 1}, 422, "invalid_input"),
        ({"delta": 10**30}, 422, "invalid_input"),
        ({"delta": 1.5}, 422, "invalid_input"),
        ({"delta": 1, "cause": "shipped"}, 422, "invalid_input"),
        ({}, 422, "invalid_input"),
    ],
)
async def test_stock_refuses_what_cannot_be(
    desk: Desk, db: Database, body: Any, status: int, code: str
) -> None:
    made = (await desk.post("/products", product())).json()
    path = f"/variants/{made['variants'][0]['id']}/stock"
    await desk.post(path, {"delta": 5})
    before = await goods(db, desk.shop.tenant)
    refused(await desk.post(path, body), status, code)
    assert await goods(db, desk.shop.tenant) == before


async def test_stock_of_nothing_is_not_found(desk: Desk) -> None:
    answer = await desk.post(f"/variants/{new_id()}/stock", {"delta": 1})
    refused(answer, 404, "variant_not_found")


# --- categories -------------------------------------------------------------------------------


async def test_categories_make_a_tree(desk: Desk, other_desk: Desk) -> None:
    await other_desk.post("/categories", {"name": "Theirs"})
    tea = (await desk.post("/categories", {"name": "Tea", "position": 2})).json()
    green = (await desk.post("/categories", {"name": "Green", "parent_id": tea["id"]})).json()
    assert (green["parent_id"], green["slug"], green["position"]) == (tea["id"], "green", 0)
    assert (await desk.get("/categories")).json() == [green, tea]
    assert (await desk.delete(f"/categories/{tea['id']}")).status_code == 204
    [left] = (await desk.get("/categories")).json()
    assert (UUID(left["id"]), left["parent_id"]) == (UUID(green["id"]), None)


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "Tea", "position": -1},
        {"name": "Tea", "position": 10**30},
        {"name": "Tea", "parent_id": "x"},
        {"name": "Tea", "colour": "green"},
        {},
    ],
)
async def test_a_bad_category_is_refused(desk: Desk, body: Any) -> None:
    refused(await desk.post("/categories", body), 422, "invalid_input")
    assert (await desk.get("/categories")).json() == []
