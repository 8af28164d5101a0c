"""Goods that a shopper puts together, from the page to the cart."""

from typing import Any
from uuid import UUID

import pytest

from kram.kit.ids import new_id
from kram.shop.configurator.lines import LineKey
from tests.factories.catalog import make_picture, make_product, make_variant
from tests.factories.configurator import define_table, make_table, product_of
from tests.factories.storefront import Storefront

pytestmark = pytest.mark.anyio

WHOLE = {"chosen": ["oak", "lamp", "wheels"], "texts": {"words": "Anna"}, "numbers": {"length": 90}}


async def stand(storefront: Storefront) -> tuple[LineKey, UUID]:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        brass = await make_variant(tx, stock=9)
        line = await make_table(tx, stock=5, brass=brass)
        return line, await product_of(tx, line)


async def price(storefront: Storefront, product: UUID, line: LineKey, selection: Any) -> Any:
    return await storefront.browse.post(
        f"{storefront.base}/api/products/{product}/design-price",
        json={"variant": str(line.variant_id), **selection},
        headers={"accept-language": "en"},
    )


async def save(storefront: Storefront, product: UUID, selection: Any, session: Any) -> Any:
    path = f"{storefront.base}/api/products/{product}/designs"
    return await storefront.browse.post(path, json=selection, headers=session)


async def test_everybody_is_told_price_and_reasons(storefront: Storefront) -> None:
    line, product = await stand(storefront)
    empty = (await price(storefront, product, line, {})).json()
    assert (empty["unit_minor"], empty["barred"]) == (12_500, {})
    assert empty["troubles"] == [{"step": "wood", "text": "Choose: Wood"}]
    pine = (await price(storefront, product, line, {"chosen": ["pine"]})).json()
    assert pine == {
        "unit_minor": 11_500,
        "troubles": [],
        "barred": {"drawer": "“Drawer” does not go together with “Pine”"},
    }
    assert (await price(storefront, product, line, WHOLE)).json()["unit_minor"] == 20_300


async def test_a_design_is_saved_shared_and_bought(storefront: Storefront) -> None:
    line, product = await stand(storefront)
    session = await storefront.sign_in() | {"accept-language": "en"}
    code = (await save(storefront, product, WHOLE, session)).json()["code"]
    opened = await storefront.browse.get(f"{storefront.base}/api/designs/{code.lower()}")
    assert opened.json() == {"code": code, "product": str(product), **WHOLE, "chosen": [
        "lamp", "oak", "wheels"]}  # fmt: skip
    key = f"{line.variant_id}.{code}"
    path = f"{storefront.base}/api/cart/lines/{key}"
    cart = (await storefront.browse.put(path, json={"quantity": 2}, headers=session)).json()
    [shown] = cart["lines"]
    assert (shown["key"], shown["design"], shown["price_minor"]) == (key, code, 20_300)
    words = "Wood: Oak; Extras: Wheels, Lamp; Engraving: Anna; Length: 90 cm"
    assert (shown["variant_title"], shown["total_minor"], shown["notes"]) == (words, 40_600, [])
    gone = (await storefront.browse.put(path, json={"quantity": 0}, headers=session)).json()
    assert gone["lines"] == []


async def test_what_cannot_be_made_enters_no_cart(storefront: Storefront) -> None:
    line, product = await stand(storefront)
    _, other = await stand(storefront)
    session = await storefront.sign_in()
    foreign = (await save(storefront, other, {"chosen": ["oak"]}, session)).json()["code"]
    for key in (f"{line.variant_id}", f"{line.variant_id}.{foreign}", f"{line.variant_id}.XYZ"):
        path = f"{storefront.base}/api/cart/lines/{key}"
        answer = await storefront.browse.put(path, json={"quantity": 1}, headers=session)
        assert (answer.status_code, answer.json()["code"]) == (409, "design_impossible")
    impossible = await save(storefront, product, {"chosen": ["pine", "drawer"]}, session)
    assert (impossible.status_code, impossible.json()["code"]) == (409, "design_impossible")
    cart = await storefront.browse.get(f"{storefront.base}/api/cart", headers=session)
    assert cart.json()["lines"] == []


async def test_a_changed_definition_is_told_in_the_cart(storefront: Storefront) -> None:
    line, product = await stand(storefront)
    session = await storefront.sign_in() | {"accept-language": "en"}
    code = (await save(storefront, product, {"chosen": ["oak"]}, session)).json()["code"]
    path = f"{storefront.base}/api/cart/lines/{line.variant_id}.{code}"
    await storefront.browse.put(path, json={"quantity": 1}, headers=session)
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        await define_table(tx, product, oak_minor=6_000)
    cart = await storefront.browse.get(f"{storefront.base}/api/cart", headers=session)
    assert cart.json()["lines"][0]["notes"] == [
        "The shop has changed what you chose: look at it again",
        "The price went up from ₴175 to ₴185",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"chosen": 1},
        {"chosen": ["Ю"]},
        {"quantity": 0},
        {"variant": "x"},
        {"texts": {"words": 5}},
        {"numbers": {"length": 1.5}},
        {"numbers": {"length": 10**30}},
        {"chosen": ["a"] * 300},
    ],
)
async def test_nonsense_is_refused(storefront: Storefront, body: Any) -> None:
    line, product = await stand(storefront)
    answer = await price(storefront, product, line, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_what_is_not_there_is_told(storefront: Storefront) -> None:
    line, product = await stand(storefront)
    for path in ("0" * 16, "%00", "…"):
        answer = await storefront.browse.get(f"{storefront.base}/api/designs/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "design_not_found")
    assert (await price(storefront, new_id(), line, {})).status_code == 404
    strange = await price(storefront, product, LineKey(new_id()), {"chosen": ["oak"]})
    assert (strange.status_code, strange.json()["code"]) == (409, "goods_gone")


async def test_the_page_shows_steps_and_layers_and_keeps_them_out_of_the_photos(
    storefront: Storefront,
) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        product = await make_product(tx, title="Table", stock=5)
        slug, product_id = product.slug, product.id
        photo, layer = await make_picture(tx, product_id), await make_picture(tx, product_id)
        await define_table(tx, product_id, oak_picture=layer.id)
    page = (await storefront.browse.get(f"{storefront.base}/p/{slug}?lang=en")).text
    assert page.count(layer.key) == 4  # one picture in three widths and its address
    assert page.count(photo.key) > 0
    assert page.index(f"{layer.key}") < page.index('class="gallery-strip"')
    for part in ('data-choice="oak"', "+₴50", "−₴10", 'data-number="length"', 'maxlength="5"'):
        assert part in page


async def test_a_list_offers_no_tap_for_what_has_to_be_put_together(
    storefront: Storefront,
) -> None:
    line, _ = await stand(storefront)
    page = (await storefront.browse.get(f"{storefront.base}/?lang=en")).text
    assert f'data-add="{line.variant_id}"' not in page


async def test_a_plain_product_has_no_steps(storefront: Storefront) -> None:
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        product = await make_product(tx, title="Plain")
        slug = product.slug
    page = (await storefront.browse.get(f"{storefront.base}/p/{slug}")).text
    assert "data-configurator" not in page
