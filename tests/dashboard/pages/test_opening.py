import asyncpg
import pytest

from kram.kit.db.database import Database
from kram.kit.ids import public_code
from kram.shop.catalog.queries import count_products
from kram.tenants import shops
from kram.tenants.models import Merchant, Role, Shop
from kram.tenants.schema.provision import make_schema
from tests.factories.dashboard import Browser, Dashboard, shown
from tests.factories.tenants import make_merchant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def newcomer(db: Database) -> Merchant:
    async with db.platform() as tx:
        return await make_merchant(tx, language="en")


@pytest.fixture(autouse=True)
async def spare(owner: asyncpg.Connection) -> str:
    return await make_schema(owner)


def answers(**changes: str) -> dict[str, str]:
    return {"name": "Квіти", "currency": "EUR", "language": "en", "theme": "boutique", **changes}


async def test_a_person_without_a_shop_is_asked_to_open_one(
    dashboard: Dashboard, newcomer: Merchant
) -> None:
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        assert (await browser.get("/dashboard")).headers["location"] == "/dashboard/new"


async def test_an_opened_shop_has_its_owner_its_look_and_samples(
    dashboard: Dashboard, db: Database, newcomer: Merchant
) -> None:
    slug = f"kv-{public_code().lower()}"
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        page = await browser.send_on("/dashboard/new", answers(slug=slug, samples="yes"))
    assert "Квіти is open" in shown(page)
    async with db.platform() as tx:
        [access] = await shops.shops_of(tx, newcomer.id)
    assert (access.shop.slug, access.role) == (slug, Role.OWNER)
    assert (access.shop.theme, access.shop.currency) == ("boutique", "EUR")
    assert access.shop.payment_methods == ["cod", "sandbox"]
    async with db.tenant_read(access.shop.tenant) as tenant_tx:
        assert (await count_products(tenant_tx))["active"] > 5


async def test_without_the_tick_the_shelves_are_empty(
    dashboard: Dashboard, db: Database, newcomer: Merchant
) -> None:
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        page = await browser.send_on("/dashboard/new", answers())
        assert "Four steps to the first order" in shown(page)
    async with db.platform() as tx:
        [access] = await shops.shops_of(tx, newcomer.id)
    async with db.tenant_read(access.shop.tenant) as tenant_tx:
        assert sum((await count_products(tenant_tx)).values()) == 0


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"name": ""}, 422, "Write a name"),
        ({"slug": "Admin"}, 422, "This address is reserved"),
        ({"slug": "a b"}, 422, "Use 3 to 40 Latin letters"),
        ({"currency": "ZZZ"}, 422, "Choose one of the offered values"),
        ({"theme": "../etc"}, 422, "Choose one of the offered values"),
    ],
)
async def test_a_refused_answer_opens_nothing_and_keeps_what_was_typed(
    dashboard: Dashboard,
    db: Database,
    newcomer: Merchant,
    change: dict[str, str],
    status: int,
    words: str,
) -> None:
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        answer = await browser.send("/dashboard/new", answers(**change))
    assert answer.status_code == status
    assert words in shown(answer)
    if "name" not in change:
        assert 'value="Квіти"' in answer.text
    async with db.platform() as tx:
        assert await shops.shops_of(tx, newcomer.id) == []


async def test_a_taken_address_is_told_beside_its_field(
    dashboard: Dashboard, newcomer: Merchant, shop: Shop
) -> None:
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        answer = await browser.send("/dashboard/new", answers(slug=shop.slug))
    assert answer.status_code == 409
    assert "This address is taken" in shown(answer)


async def test_when_no_schema_is_ready_one_is_made_while_the_person_waits(
    dashboard: Dashboard, owner: asyncpg.Connection, newcomer: Merchant
) -> None:
    await owner.execute(
        "UPDATE platform.tenant_schema SET shop_id = gen_random_uuid() WHERE shop_id IS NULL"
    )
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        answer = await browser.send("/dashboard/new", answers())
    assert answer.status_code == 303


async def test_an_address_asked_for_in_vain_before_is_found_at_once(
    dashboard: Dashboard, newcomer: Merchant
) -> None:
    slug = f"kv-{public_code().lower()}"
    assert await dashboard.services.registry.by_slug(slug) is None
    async with dashboard.browser() as browser:
        await browser.enter(newcomer.id)
        await browser.send_on("/dashboard/new", answers(slug=slug))
    assert await dashboard.services.registry.by_slug(slug) is not None


async def test_with_several_shops_one_is_chosen(
    dashboard: Dashboard,
    db: Database,
    browser: Browser,
    merchant: Merchant,
    owner: asyncpg.Connection,
) -> None:
    await make_schema(owner)
    async with db.platform() as tx:
        await shops.create_shop(tx, merchant.id, "Second", None, "UAH", "uk")
    page = shown(await browser.get("/dashboard"))
    assert "Kvitka" in page
    assert "Second" in page
