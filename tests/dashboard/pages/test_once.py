"""A button that is pressed twice, a page that is sent again: what is added is added once."""

import asyncio
import re

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog.queries import categories
from kram.shop.giftcards.queries import cards_page
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, shown
from tests.factories.inventory import stock_of

pytestmark = pytest.mark.anyio


async def name_of_form(browser: Browser, page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', (await browser.get(page)).text)
    assert found is not None, page
    return found[1]


async def names(db: Database, tenant: Tenant) -> list[str]:
    async with db.tenant_read(tenant) as tx:
        return sorted(category.name for category in await categories(tx))


async def test_a_form_that_is_sent_twice_adds_once(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at = f"{path}/categories"
    sent = {"name": "Cups", "parent_id": "", "once": await name_of_form(browser, at)}
    await browser.send_on(at, sent)
    again = await browser.send(at, sent)
    assert again.status_code == 409
    assert "This was sent already and is done" in shown(again)
    assert await names(db, tenant) == ["Cups"]
    # After a step back in the browser: the same page, other words.
    await browser.send_on(at, {**sent, "name": "Pots"})
    # On a fresh page the same words are meant.
    await browser.send_on(at, {**sent, "once": await name_of_form(browser, at)})
    assert await names(db, tenant) == ["Cups", "Cups", "Pots"]


async def test_a_refused_form_may_be_sent_again(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at = f"{path}/categories"
    sent = {"name": " ", "parent_id": "", "once": await name_of_form(browser, at)}
    for _ in range(2):
        assert (await browser.send(at, sent)).status_code == 422
    assert await names(db, tenant) == []


@pytest.mark.parametrize("is_named", [True, False])
async def test_of_many_at_once_one_counts(
    browser: Browser, db: Database, tenant: Tenant, path: str, is_named: bool
) -> None:
    """Without a name all of them do: that is what the name is for."""
    async with db.tenant(tenant) as tx:
        product = await make_product(tx)
    variant = product.variants[0].id
    page = f"{path}/products/{product.id}"
    sent = {"stock_variant": str(variant), "stock_delta": "+5", "cause": "received"}
    if is_named:
        sent["once"] = await name_of_form(browser, page)
    await browser.get(page)
    answers = await asyncio.gather(*(browser.send(f"{page}/stock", sent) for _ in range(4)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == ([303, 409, 409, 409] if is_named else [303] * 4)
    async with db.tenant_read(tenant) as tx:
        assert await stock_of(tx, variant) == (5 if is_named else 20, 0)


async def test_gift_cards_are_issued_once(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at = f"{path}/gift-cards"
    sent = {"amount": "500", "count": "2", "once": await name_of_form(browser, at)}
    assert "2 cards are ready" in shown(await browser.send(at, sent))
    assert (await browser.send(at, sent)).status_code == 409
    async with db.tenant_read(tenant) as tx:
        assert len((await cards_page(tx)).items) == 2


@pytest.mark.parametrize(
    "page",
    [
        "products/new",
        "collections",
        "attributes",
        "price-lists",
        "stocktakes",
        "warehouses",
        "drafts",
        "promotions/new?kind=percent",
    ],
)
async def test_forms_that_add_have_a_name_of_their_own(
    browser: Browser, path: str, page: str
) -> None:
    first, second = [await name_of_form(browser, f"{path}/{page}") for _ in range(2)]
    assert first != second
