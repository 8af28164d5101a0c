import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import Category
from kram.shop.catalog.queries import categories
from tests.factories.catalog import make_category
from tests.factories.dashboard import Browser, shown

pytestmark = pytest.mark.anyio


async def names(db: Database, tenant: Tenant) -> dict[str, Category]:
    async with db.tenant_read(tenant) as tx:
        return {category.name: category for category in await categories(tx)}


async def test_categories_are_added_moved_renamed_and_removed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    at = f"{path}/categories"
    await browser.send_on(at, {"name": " Посуд ", "parent_id": ""})
    dishes = (await names(db, tenant))["Посуд"]
    await browser.send_on(at, {"name": "Чашки", "parent_id": str(dishes.id)})
    cups = (await names(db, tenant))["Чашки"]
    assert cups.parent_id == dishes.id
    await browser.send_on(f"{at}/{cups.id}", {"name": "Горнята", "parent_id": ""})
    assert (await names(db, tenant))["Горнята"].parent_id is None
    await browser.send_on(f"{at}/{dishes.id}/remove")
    assert list(await names(db, tenant)) == ["Горнята"]


async def test_a_refused_name_stays_typed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    answer = await browser.send(f"{path}/categories", {"name": "x" * 101, "parent_id": ""})
    assert answer.status_code == 422
    assert "A name has 1 to 100 characters" in shown(answer)
    assert "x" * 101 in answer.text
    assert await names(db, tenant) == {}


async def test_a_circle_is_refused_with_a_word(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        above = await make_category(tx, "Above")
        below = await make_category(tx, "Below", parent_id=above.id)
    fields = {"name": "Above", "parent_id": str(below.id)}
    page = await browser.send_on(f"{path}/categories/{above.id}", fields)
    assert "A category cannot be put inside itself" in shown(page)
    assert (await names(db, tenant))["Above"].parent_id is None


async def test_another_shops_category_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    async with db.tenant(other_tenant) as tx:
        foreign = await make_category(tx, "Foreign")
    assert "Foreign" not in shown(await browser.get(f"{path}/categories"))
    answer = await browser.send(f"{path}/categories/{foreign.id}/remove")
    assert answer.status_code == 404
    assert "Foreign" in await names(db, other_tenant)
