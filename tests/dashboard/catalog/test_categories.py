import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog.models import Category
from kram.shop.catalog.queries import categories
from tests.dashboard.catalog.test_products import picture
from tests.factories.catalog import make_category
from tests.factories.dashboard import Browser, Dashboard, shown

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
    answer = await browser.send(f"{path}/categories/{above.id}", fields)
    assert answer.status_code == 409
    assert "A category cannot be put inside itself" in shown(answer)
    assert 'id="parent_id-error"' in answer.text
    assert (await names(db, tenant))["Above"].parent_id is None


async def test_a_category_has_words_in_each_language_and_a_place(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        cups = await make_category(tx, "Чашки")
        await make_category(tx, "Inside", parent_id=cups.id)
    at = f"{path}/categories/{cups.id}"
    page = (await browser.get(at)).text
    assert ">— Inside" not in page, "nothing is offered that lies inside of it"
    told = {
        "name": "Чашки",
        "slug": "cups",
        "description": "Тонкі",
        "parent_id": "",
        "position": "3",
        "translations.en.name": "Cups",
        "translations.en.description": "Thin ones",
    }
    await browser.send_on(at, told)
    kept = (await names(db, tenant))["Чашки"]
    assert (kept.slug, kept.description, kept.position) == ("cups", "Тонкі", 3)
    assert kept.translations == {"en": {"name": "Cups", "description": "Thin ones"}}
    refused = await browser.send(at, {**told, "position": "-1", "name": "Other"})
    assert refused.status_code == 422
    assert 'id="position-error"' in refused.text
    assert "Other" not in await names(db, tenant)


async def test_a_category_has_a_picture_until_it_is_taken_away(
    browser: Browser, dashboard: Dashboard, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        cups = await make_category(tx, "Cups")
    at = f"{path}/categories/{cups.id}"
    await browser.get(at)
    answer = await browser.send(
        f"{at}/picture", files=[("photos", ("a.png", picture(), "image/png"))]
    )
    assert answer.status_code == 303
    key = (await names(db, tenant))["Cups"].picture_key
    assert key is not None
    assert key.startswith(f"{tenant.id}/categories/")
    assert await dashboard.services.storage.exists(f"{key}/320.webp")
    assert f"/media/{key}/640.webp" in (await browser.get(at)).text
    assert f"/media/{key}/320.webp" in (await browser.get(f"{path}/categories")).text
    refused = await browser.send(
        f"{at}/picture", files=[("photos", ("a.png", b"no picture", "image/png"))]
    )
    assert refused.status_code == 422
    assert "Send a JPEG, PNG" in shown(refused)
    assert (await names(db, tenant))["Cups"].picture_key == key
    await browser.send_on(f"{at}/picture")
    assert (await names(db, tenant))["Cups"].picture_key is None


async def test_another_shops_category_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    async with db.tenant(other_tenant) as tx:
        foreign = await make_category(tx, "Foreign")
    assert "Foreign" not in shown(await browser.get(f"{path}/categories"))
    for verb in ("", "/picture", "/remove"):
        answer = await browser.send(f"{path}/categories/{foreign.id}{verb}", {"name": "Mine"})
        assert answer.status_code == 404
    assert (await browser.get(f"{path}/categories/{foreign.id}")).status_code == 404
    assert "Foreign" in await names(db, other_tenant)
