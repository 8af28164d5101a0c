"""Price lists: for whom, from how many, in which currency."""

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.shop.catalog import service
from kram.shop.catalog.models import PriceList
from kram.shop.catalog.prices.queries import price_lists, prices_of_list
from kram.shop.catalog.service import PriceListDraft, TierPrice
from kram.shop.customers.book_queries import groups
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, shown
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def make_list(db: Database, tenant: Tenant, **changes: object) -> PriceList:
    draft = PriceListDraft(**{"name": "Wholesale", "currency": "EUR", **changes})
    async with db.tenant(tenant) as tx:
        return await service.create_price_list(tx, draft)


async def kept(db: Database, tenant: Tenant, price_list: PriceList) -> list[tuple[int, int]]:
    async with db.tenant_read(tenant) as tx:
        return [(each.min_quantity, each.minor) for each in await prices_of_list(tx, price_list.id)]


async def test_a_list_for_a_new_group_is_filled_changed_and_removed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        cup = await make_product(tx, title="Cup", sku="RED CUP", price_minor=12_500)
    at = f"{path}/price-lists"
    assert "No price lists yet" in shown(await browser.get(at))
    page = await browser.send_on(at, {"name": "Опт", "currency": "UAH", "new_group": "Оптовики"})
    assert "Опт was added" in shown(page)
    async with db.tenant_read(tenant) as tx:
        [made], [group] = await price_lists(tx), await groups(tx)
    assert (made.group_id, group.name) == (group.id, "Оптовики")
    at = f"{at}/{made.id}"
    page = await browser.send_on(f"{at}/prices", {"prices": "RED CUP 99,50\nRED CUP 10 90\n\n"})
    assert "Cup RED CUP ₴125 from 1: ₴99.50 , from 10: ₴90" in shown(page)
    await browser.send_on(f"{at}/prices", {"prices": "RED CUP 5 80"})
    assert await kept(db, tenant, made) == [(5, 8_000)]
    await browser.send_on(
        at, {"name": "Гурт", "group_id": "", "ends_at": "2099-01-01T00:00", "is_active": "1"}
    )
    listed = shown(await browser.get(f"{path}/price-lists"))
    assert "Гурт Everybody · UAH · 1 variant Counts" in listed
    await browser.send_on(f"{at}/prices/remove", {"variant_id": str(cup.variants[0].id)})
    assert await kept(db, tenant, made) == []
    assert "The price list was removed" in shown(await browser.send_on(f"{at}/remove"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("CUP", "“CUP” is unclear"),
        ("CUP 2 cheap", "“CUP 2 cheap” is unclear"),
        ("NOBODY 2 10", "No goods have the SKU or barcode “NOBODY”"),
        ("CUP 1000 10", "“CUP 1000 10”: Choose from 1 to 999 units"),
        ("CUP 2 10\nCUP 2 9", "“CUP 2 9”: Give one price for each number of units"),
        ("CUP 1 10", "Prices for everybody begin with 2 units"),
    ],
)
async def test_a_line_that_cannot_be_is_named_and_none_is_kept(
    browser: Browser, db: Database, tenant: Tenant, path: str, typed: str, said: str
) -> None:
    async with db.tenant(tenant) as tx:
        await make_product(tx, sku="CUP")
        await make_product(tx, sku="POT")
    made = await make_list(db, tenant, currency="UAH")
    lines = f"POT 3 10\n{typed}"
    answer = await browser.send(f"{path}/price-lists/{made.id}/prices", {"prices": lines})
    assert answer.status_code == 422
    assert said in shown(answer)
    assert 'id="prices-error"' in answer.text
    assert "POT 3 10" in answer.text
    assert await kept(db, tenant, made) == []


async def test_a_list_that_cannot_be_is_told_at_its_fields(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    made = await make_list(db, tenant)
    answer = await browser.send(f"{path}/price-lists", {"name": " ", "currency": "XXX"})
    assert answer.status_code == 422
    assert "There is no such currency" in shown(answer)
    assert 'id="name-error"' in answer.text
    dates = {"starts_at": "2099-02-01T00:00", "ends_at": "2099-01-01T00:00"}
    answer = await browser.send(f"{path}/price-lists/{made.id}", {"name": "Late", **dates})
    assert answer.status_code == 422
    assert 'id="ends_at-error"' in answer.text
    taken = {"name": "Again", "currency": "UAH", "new_group": "x" * 81}
    answer = await browser.send(f"{path}/price-lists", taken)
    assert answer.status_code == 422
    async with db.tenant_read(tenant) as tx:
        assert [each.name for each in await price_lists(tx)] == ["Wholesale"]


async def test_another_shops_list_does_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, path: str
) -> None:
    foreign = await make_list(db, other_tenant, name="Foreign")
    assert "Foreign" not in shown(await browser.get(f"{path}/price-lists"))
    at = f"{path}/price-lists/{foreign.id}"
    assert (await browser.get(at)).status_code == 404
    for verb in ("", "/prices", "/remove"):
        assert (await browser.send(f"{at}{verb}", {"name": "Mine"})).status_code == 404
    async with db.tenant_read(other_tenant) as tx:
        assert [each.name for each in await price_lists(tx)] == ["Foreign"]


async def test_the_pages_take_the_same_statements_for_many(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    made = await make_list(db, tenant, currency="UAH")
    await browser.get(path)
    counts = []
    for more in (1, 12):
        async with db.tenant(tenant) as tx:
            for _ in range(more):
                product = await make_product(tx)
                price = TierPrice(product.variants[0].id, 90, 2)
                await service.set_prices(tx, made.id, [price])
                await service.create_price_list(tx, PriceListDraft(name="Other", currency="UAH"))
        with statements(db) as sent:
            await browser.get(f"{path}/price-lists")
            await browser.get(f"{path}/price-lists/{made.id}")
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_a_long_list_goes_on_on_a_further_page(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    made = await make_list(db, tenant, currency="UAH")
    async with db.tenant(tenant) as tx:
        goods = [await make_product(tx, sku=f"SKU-{place:03}") for place in range(101)]
        prices = [TierPrice(each.variants[0].id, 90, 2) for each in goods]
        await service.set_prices(tx, made.id, prices)
    first = (await browser.get(f"{path}/price-lists/{made.id}")).text
    assert "SKU-099" in first
    assert "SKU-100" not in first
    last = f"{path}/price-lists/{made.id}?after={goods[99].variants[0].id}"
    assert last in first
    assert "SKU-100" in (await browser.get(last)).text
