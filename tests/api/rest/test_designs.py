"""Definitions and designs by REST."""

from typing import Any

import msgspec
import pytest

from kram.kit.ids import new_id
from kram.shop.configurator.lines import LineKey
from tests.factories.catalog import make_product
from tests.factories.configurator import table
from tests.factories.orders import make_order
from tests.factories.rest import Desk, pointers, refused

pytestmark = pytest.mark.anyio

TABLE: Any = msgspec.json.decode(msgspec.json.encode(table()))


async def stand(desk: Desk) -> tuple[str, str]:
    """A product that is put together: its id and its variant's."""
    async with desk.api.services.db.tenant(desk.shop.tenant) as tx:
        product = await make_product(tx, title="Table", stock=9)
        found = str(product.id), str(product.variants[0].id)
    answer = await desk.put(f"/products/{found[0]}/configurator", {"definition": TABLE})
    assert answer.status_code == 200, answer.text
    return found


async def test_a_definition_is_written_read_and_taken_away(desk: Desk, other_desk: Desk) -> None:
    product, _ = await stand(desk)
    path = f"/products/{product}/configurator"
    shown = (await desk.get(path)).json()
    assert (shown["version"], shown["definition"]) == (1, TABLE)
    refused(await other_desk.get(path), 404, "configurator_not_found")
    stale = await desk.put(path, {"definition": TABLE, "version": 0})
    assert refused(stale, 409, "configurator_changed")["extra"] == {"version": 1}
    assert (await desk.put(path, {"definition": TABLE, "version": 1})).json()["version"] == 2
    assert (await desk.delete(path)).status_code == 204
    refused(await desk.delete(path), 404, "configurator_not_found")
    missing = await desk.put(f"/products/{new_id()}/configurator", {"definition": TABLE})
    refused(missing, 404, "product_not_found")


def changed(**step: Any) -> Any:
    return {"steps": [{**TABLE["steps"][0], **step}]}


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"steps": []},
        {"steps": [{"kind": "magic", "id": "a", "title": "A"}]},
        changed(id="Ю"),
        changed(id=""),
        changed(title=""),
        changed(title=" "),
        changed(title="a\0"),
        changed(choices=[]),
        changed(requried=True),
        changed(choices=[{"id": "a", "title": "A", "price_minor": 1.5}]),
        changed(choices=[{"id": "a", "title": "A", "price_minor": 10**11}]),
        changed(choices=[{"id": "a", "title": "A", "component": str(new_id())}]),
        changed(choices=[{"id": "a", "title": "A", "picture": str(new_id())}]),
        {**changed(), "rules": [{"kind": "excludes", "choice": "oak", "others": ["ash"]}]},
        {**changed(), "rules": [{"kind": "requires", "choice": "oak", "others": ["pine"]}]},
        {"steps": TABLE["steps"] * 6},
        {"steps": TABLE["steps"] * 2},
    ],
)
async def test_a_definition_that_makes_no_sense_is_refused(desk: Desk, definition: Any) -> None:
    product, _ = await stand(desk)
    path = f"/products/{product}/configurator"
    assert pointers(refused(await desk.put(path, {"definition": definition}), 422, "invalid_input"))
    assert (await desk.get(path)).json()["version"] == 1


async def test_a_selection_is_priced_saved_and_opened(desk: Desk) -> None:
    product, _ = await stand(desk)
    path = f"/products/{product}/configurator/price"
    partly = (await desk.post(path, {"chosen": ["pine", "lamp"]})).json()
    assert [each["code"] for each in partly["troubles"]] == ["needs"]
    assert partly["barred"]["drawer"]["detail"] == "“Drawer” does not go together with “Pine”"
    whole = {"chosen": ["oak", "lamp", "wheels"], "texts": {"words": "Anna"}}
    priced = (await desk.post(path, whole)).json()
    assert (priced["price"], priced["troubles"]) == ({"minor": 6_900, "currency": "UAH"}, [])
    made = await desk.post(f"/products/{product}/designs", whole)
    again = await desk.post(
        f"/products/{product}/designs", {**whole, "chosen": whole["chosen"][::-1]}
    )
    assert (made.status_code, made.json()) == (201, again.json())
    code = made.json()["code"]
    assert (await desk.get(f"/designs/{code.lower()}")).json() == made.json()
    refused(await desk.get("/designs/0000000000000000"), 404, "design_not_found")
    refused(await desk.get("/designs/%00"), 404, "design_not_found")


@pytest.mark.parametrize(
    ("selection", "status", "code"),
    [
        ({}, 409, "design_impossible"),
        ({"chosen": ["oak", "gold"]}, 409, "design_impossible"),
        ({"chosen": ["oak"], "texts": {"words": "a\0"}}, 409, "design_impossible"),
        ({"chosen": "oak"}, 422, "invalid_input"),
        ({"chosen": ["oak"], "price": 1}, 422, "invalid_input"),
        ({"chosen": ["oak"], "numbers": {"length": "x"}}, 422, "invalid_input"),
        ({"chosen": ["oak"], "numbers": {"length": 10**30}}, 422, "invalid_input"),
        ({"chosen": ["oak"] * 201}, 422, "invalid_input"),
    ],
)
async def test_a_selection_that_cannot_be_made_is_not_saved(
    desk: Desk, selection: Any, status: int, code: str
) -> None:
    product, _ = await stand(desk)
    refused(await desk.post(f"/products/{product}/designs", selection), status, code)


async def test_an_order_shows_what_was_put_together(desk: Desk) -> None:
    product, variant = await stand(desk)
    made = (await desk.post(f"/products/{product}/designs", {"chosen": ["oak"]})).json()
    async with desk.api.services.db.tenant(desk.shop.tenant) as tx:
        key = LineKey.read(f"{variant}.{made['code']}")
        order = await make_order(tx, lines={key: 1})
    [line] = (await desk.get(f"/orders/{order.id}")).json()["lines"]
    assert (line["design"], line["variant_title"]) == (made["code"], "Wood: Oak")
    price = {"minor": 5_000, "currency": "UAH"}
    assert line["chosen"] == [{"step": "Wood", "said": "Oak", "price": price}]


async def test_staff_writes_up_an_order_of_a_design(desk: Desk) -> None:
    product, variant = await stand(desk)
    made = (await desk.post(f"/products/{product}/designs", {"chosen": ["oak"]})).json()
    line = {"variant_id": variant, "quantity": 2}
    plain = (await desk.post("/draft-orders", {"lines": [line]})).json()
    assert (plain["lines"][0]["title"], plain["total"]["minor"]) == ("", 0)
    body = {"lines": [{**line, "design": made["code"].lower()}], "recipient": "Ivan"}
    draft = (await desk.post("/draft-orders", {**body, "phone": "+380441234567"})).json()
    assert (draft["lines"][0]["unit_price"]["minor"], draft["total"]["minor"]) == (17_500, 35_000)
    place = await desk.post(f"/draft-orders/{draft['id']}/place", {"payment": "on_delivery"})
    assert place.json()["lines"][0]["design"] == made["code"]
    refusal = await desk.post(f"/draft-orders/{plain['id']}/place", {"payment": "on_delivery"})
    assert refusal.status_code in (409, 422)
