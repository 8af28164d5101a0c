"""The page where a merchant says what shoppers may put together."""

from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.configurator import service
from kram.shop.configurator.definition import Definition
from tests.factories.catalog import make_picture, make_product
from tests.factories.configurator import define_table, table
from tests.factories.dashboard import Browser, shown

pytestmark = pytest.mark.anyio

WOOD = {
    "version": "0",
    "steps.0.id": "wood",
    "steps.0.kind": "one",
    "steps.0.title": "Wood",
    "steps.0.required": "yes",
    "steps.0.choices.0.id": "oak",
    "steps.0.choices.0.title": "Oak",
    "steps.0.choices.0.price_minor": "50",
    "steps.0.choices.1.id": "pine",
    "steps.0.choices.1.title": "Pine",
    "steps.0.choices.1.price_minor": "-10.50",
}


async def product_with(db: Database, tenant: Tenant, *, defined: bool = False) -> UUID:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, title="Table", sku="TABLE")
        if defined:
            await define_table(tx, product.id)
        return product.id


async def stored(db: Database, tenant: Tenant, product_id: UUID) -> Definition:
    async with db.tenant_read(tenant) as tx:
        return await service.definition_of(tx, product_id)


class Fields(HTMLParser):
    """What a browser would send of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = ""

    @classmethod
    def of(cls, page: str) -> dict[str, list[str]]:
        fields = cls()
        fields.feed(page)
        return fields.sent

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in said or self._select not in self.sent):
            self.sent[self._select] = [value]
        elif tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
            self.sent.setdefault(name, []).append(value)


async def send(browser: Browser, at: str, fields: Any) -> str:
    return unescape((await browser.send(at, fields, follow_redirects=True)).text)


async def test_steps_are_added_filled_in_and_saved(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    product_id = await product_with(db, tenant)
    at = f"{path}/products/{product_id}/configurator"
    assert "Let shoppers put it together themselves" in shown(await browser.get(at))
    added = await send(browser, at, {**WOOD, "do": "add-step.number"})
    assert "steps.1.least" in added
    assert 'value="Oak"' in added, "what was typed stays"
    number = {"steps.1.id": "n", "steps.1.kind": "number", "steps.1.title": "Length"}
    bounds = {"steps.1.least": "50", "steps.1.most": "200", "steps.1.unit": "cm"}
    rule = {"rules.0.kind": "excludes", "rules.0.choice": "oak", "rules.0.others": ["pine"]}
    await send(browser, at, {**WOOD, **number, **bounds, **rule, "do": "save"})
    wood, length = (await stored(db, tenant, product_id)).steps
    assert [choice.price_minor for choice in wood.choices] == [5_000, -1_050]  # type: ignore[union-attr]
    assert (length.title, length.least, length.most) == ("Length", 50, 200)  # type: ignore[union-attr]


async def test_the_form_shows_what_is_stored_and_saves_it_back_unchanged(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, title="Table")
        product_id = product.id
        part = (await make_product(tx, sku="BRASS")).variants[0].id
        picture = (await make_picture(tx, product_id)).id
        await define_table(tx, product_id, brass=part, oak_picture=picture)
    at = f"{path}/products/{product_id}/configurator"
    page = (await browser.get(at)).text
    assert 'value="BRASS"' in page
    await send(browser, at, {**Fields.of(page), "do": "save"})
    assert await stored(db, tenant, product_id) == table(brass=part, oak_picture=picture)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"steps.0.title": " "}, "Fill this in"),
        ({"steps.0.choices.0.component": "NONE"}, "NONE"),
        ({"steps.0.choices.0.price_minor": "much"}, "amount"),
        ({"steps.0.choices.0.units": "many"}, "Enter a number that makes sense here"),
        ({"steps.0.choices.0.units": "1000"}, "Check the highlighted fields"),
        ({"steps.0.choices.1.id": "oak"}, "“oak” stands here twice"),
        ({"steps.0.kind": "magic"}, "Check the highlighted fields"),
        (
            {"rules.0.kind": "requires", "rules.0.choice": "oak", "rules.0.others": "pine"},
            "“Oak” can never be chosen: its rules contradict",
        ),
        ({"version": "7"}, "Somebody else has changed this"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_saved(
    browser: Browser, db: Database, tenant: Tenant, path: str, wrong: Any, words: str
) -> None:
    product_id = await product_with(db, tenant, defined=True)
    at = f"{path}/products/{product_id}/configurator"
    assert words in await send(browser, at, {**WOOD, "version": "1", **wrong, "do": "save"})
    assert await stored(db, tenant, product_id) == table()


@pytest.mark.parametrize(
    "button",
    [
        *("drop-step.0", "raise-step.1", "add-choice.0", "drop-choice.0.1", "add-rule"),
        *("drop-rule.0", "drop-step.9", "add-step.magic", "drop-choice.9.9", "x", "add-choice.-1"),
    ],
)
async def test_no_button_writes_anything_down(
    browser: Browser, db: Database, tenant: Tenant, path: str, button: str
) -> None:
    product_id = await product_with(db, tenant, defined=True)
    at = f"{path}/products/{product_id}/configurator"
    assert "Put together" in await send(browser, at, {**WOOD, "do": button})
    assert await stored(db, tenant, product_id) == table()


async def test_it_is_taken_away(browser: Browser, db: Database, tenant: Tenant, path: str) -> None:
    product_id = await product_with(db, tenant, defined=True)
    at = f"{path}/products/{product_id}/configurator"
    await browser.send_on(f"{at}/remove", {})
    assert "Let shoppers put it together themselves" in shown(await browser.get(at))
