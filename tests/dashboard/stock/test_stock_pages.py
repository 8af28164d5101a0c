"""The stock's pages: what is left, papers, places."""

from uuid import UUID

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.shop.catalog.models import Variant
from kram.shop.inventory import service
from kram.shop.inventory.models import MAIN_WAREHOUSE, DocumentKind
from kram.shop.inventory.queries import documents, places, shelves
from kram.shop.inventory.service.policies import set_shop_low_at
from tests.factories.catalog import make_product
from tests.factories.dashboard import Browser, shown
from tests.factories.inventory import make_warehouse, put_into, stock_of

pytestmark = pytest.mark.anyio


async def goods(db: Database, tenant: Tenant, title: str, sku: str, units: int = 0) -> Variant:
    async with db.tenant(tenant) as tx:
        product = await make_product(tx, title=title, sku=sku, stock=units)
        return product.variants[0]


async def units_of(db: Database, tenant: Tenant, variant: Variant) -> tuple[int, int]:
    async with db.tenant_read(tenant) as tx:
        return await stock_of(tx, variant.id)


async def test_an_empty_list_teaches(browser: Browser, path: str) -> None:
    assert "Nothing to count yet" in shown(await browser.get(f"{path}/stock"))
    assert "No transfers yet" in shown(await browser.get(f"{path}/transfers"))
    assert "Nothing was counted yet" in shown(await browser.get(f"{path}/stocktakes"))
    assert "Main warehouse" in shown(await browser.get(f"{path}/warehouses"))


async def test_goods_are_found_by_what_is_left(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    await goods(db, tenant, "Kettle", "K-1", 9)
    await goods(db, tenant, "Teapot", "T-1", 2)
    await goods(db, tenant, "Saucer", "S-1")
    assert "Nobody watches yet" in shown(await browser.get(f"{path}/stock?left=low"))
    await browser.send_on(f"{path}/stock/threshold", {"low_at": "3"})
    seen = {
        left: {
            title
            for title in ("Kettle", "Teapot", "Saucer")
            if title in shown(await browser.get(f"{path}/stock?left={left}"))
        }
        for left in ("all", "low", "out", "nonsense")
    }
    assert seen == {
        "all": {"Kettle", "Teapot", "Saucer"},
        "low": {"Teapot"},
        "out": {"Saucer"},
        "nonsense": {"Kettle", "Teapot", "Saucer"},
    }
    found = shown(await browser.get(f"{path}/stock?q=t-1"))
    assert "Teapot" in found
    assert "Kettle" not in found


async def test_a_difference_is_written_with_its_reason(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    variant = await goods(db, tenant, "Kettle", "K-1", 5)
    at = f"{path}/stock/{variant.id}"
    fields = {"delta": "−2", "cause": "written_off", "note": "fell <down>", "from": "ledger"}
    page = await browser.send_on(f"{at}/adjust", fields)
    assert await units_of(db, tenant, variant) == (3, 0)
    assert "fell <down>" in shown(page)
    assert "Written off" in shown(page)
    assert "<down>" not in page
    for delta in ("", "x", "0", "-4", "9" * 30):
        await browser.send_on(f"{at}/adjust", {"delta": delta, "cause": "corrected"})
    assert await units_of(db, tenant, variant) == (3, 0)


async def test_goods_are_sold_before_they_are_there(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    variant = await goods(db, tenant, "Kettle", "K-1")
    at = f"{path}/stock/{variant.id}"
    refused = await browser.send(f"{at}/policy", {"selling": "preorder", "limit": "5"})
    assert refused.status_code == 422
    assert "A pre-order needs the day" in shown(refused)
    fields = {"selling": "preorder", "available_from": "2027-03-01", "limit": "5", "low_at": ""}
    page = await browser.send_on(f"{at}/policy", fields)
    assert "To order" in shown(page)
    async with db.tenant_read(tenant) as tx:
        level = (await service.levels(tx, [variant.id]))[variant.id]
    assert (level.room, str(level.available_from)) == (5, "2027-03-01")


async def test_a_transfer_leaves_and_arrives(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    variant = await goods(db, tenant, "Kettle", "K 1", 5)
    async with db.tenant(tenant) as tx:
        depot = await make_warehouse(tx)
    fields = {"from_id": str(MAIN_WAREHOUSE), "to_id": str(depot), "lines": "K 1 7"}
    refused = await browser.send(f"{path}/transfers", fields)
    assert refused.status_code == 409
    assert "At most 5 units are free" in shown(refused)
    for lines, word in (
        ("Kettle", "is not clear"),
        ("Z-9 1", "No goods have the SKU"),
        ("", "Name"),
    ):
        refused = await browser.send(f"{path}/transfers", {**fields, "lines": lines})
        assert word in shown(refused)
    page = await browser.send_on(f"{path}/transfers", {**fields, "lines": "K 1 2\n\nK 1   1"})
    assert "On the way" in shown(page)
    async with db.tenant_read(tenant) as tx:
        [sent] = (await documents.documents_page(tx, DocumentKind.TRANSFER, limit=5)).items
    await browser.send_on(f"{path}/transfers/{sent.id}/arrive")
    async with db.tenant_read(tenant) as tx:
        assert await shelves.by_place(tx, [variant.id]) == {
            variant.id: {MAIN_WAREHOUSE: (2, 0), depot: (3, 0)}
        }
    late = await browser.send_on(f"{path}/transfers/{sent.id}/cancel")
    assert "This document has ended" in shown(late)


async def test_a_count_writes_the_difference(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    kettle = await goods(db, tenant, "Kettle", "K-1", 5)
    teapot = await goods(db, tenant, "Teapot", "T-1", 5)
    await browser.send_on(f"{path}/stocktakes", {"warehouse_id": str(MAIN_WAREHOUSE)})
    async with db.tenant_read(tenant) as tx:
        [started] = (await documents.documents_page(tx, DocumentKind.STOCKTAKE, limit=5)).items
    at = f"{path}/stocktakes/{started.id}"
    page = await browser.send_on(f"{at}/count", {"lines": "K-1 3\nT-1 0"})
    assert "−2" in shown(page)
    await browser.send_on(f"{at}/forget", {"variant_id": str(teapot.id)})
    refused = await browser.send(f"{at}/count", {"lines": "K-1 -3"})
    assert refused.status_code == 422
    await browser.send_on(f"{at}/finish")
    assert await units_of(db, tenant, kettle) == (3, 0)
    assert await units_of(db, tenant, teapot) == (5, 0)


async def test_places_are_opened_and_closed(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    fields = {"name": "Kiosk", "address": "Khreshchatyk 1", "is_pickup": "yes"}
    refused = await browser.send(f"{path}/warehouses", {**fields, "latitude": "abc"})
    assert "A point on the map has" in shown(refused)
    await browser.send_on(
        f"{path}/warehouses", {**fields, "latitude": "50,45", "longitude": "30.5"}
    )
    async with db.tenant_read(tenant) as tx:
        main, kiosk = await places.warehouses(tx)
    assert (kiosk.is_active, kiosk.is_pickup, kiosk.latitude) == (False, True, 50.45)
    page = await browser.send_on(f"{path}/warehouses/{main.id}/remove")
    assert "At least one warehouse has to sell" in shown(page)
    await browser.send_on(f"{path}/warehouses/{kiosk.id}", {"name": "Shop", "is_active": "yes"})
    await browser.send_on(f"{path}/warehouses/{kiosk.id}/first")
    async with db.tenant_read(tenant) as tx:
        assert [place.name for place in await places.warehouses(tx)] == ["Shop", "Main"]
    await browser.send_on(f"{path}/warehouses/{kiosk.id}/remove")
    async with db.tenant_read(tenant) as tx:
        assert [place.name for place in await places.warehouses(tx)] == ["Main"]


async def test_the_ledger_tells_who_and_where(
    browser: Browser, db: Database, tenant: Tenant, path: str
) -> None:
    variant = await goods(db, tenant, "Kettle", "K-1")
    async with db.tenant(tenant) as tx:
        depot = await make_warehouse(tx)
        await put_into(tx, depot, variant.id, 4)
        await set_shop_low_at(tx, 5)
    await browser.send_on(f"{path}/stock/{variant.id}/adjust", {"delta": "1", "cause": "received"})
    page = shown(await browser.get(f"{path}/stock/{variant.id}"))
    for word in ("Depot", "Olena", "Goods received", "5 free"):
        assert word in page


async def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    for page in ("stock", "transfers", "stocktakes"):
        answer = await browser.get(f"{path}/{page}/{UUID(int=new_id().int)}")
        assert answer.status_code == 404
