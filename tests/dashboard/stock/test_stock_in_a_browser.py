"""The stock's pages as a person meets them, on a phone in the dark and on a desk."""

import pytest
from playwright.async_api import expect

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.shop.inventory import service
from kram.shop.inventory.service.policies import set_shop_low_at
from tests.dashboard.test_in_a_browser import Visit, address, bundle, chromium, email, visit
from tests.factories.catalog import make_product
from tests.factories.inventory import make_warehouse, to_order

__all__ = ["address", "bundle", "chromium", "email", "visit"]

pytestmark = pytest.mark.anyio


async def test_stock_is_corrected_moved_and_counted(
    visit: Visit, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        await set_shop_low_at(tx, 3)
        await make_warehouse(tx, "Depot on the other bank of the river", is_pickup=True)
        kettle = await make_product(tx, title="Kettle", sku="K-1", stock=9)
        await make_product(tx, title="Teapot of red clay for six guests", sku="T-1", stock=2)
        jug = await make_product(tx, title="Jug", sku="J-1")
        await to_order(tx, jug.variants[0].id)
        await service.reserve(tx, new_id(), {jug.variants[0].id: 2}, None)
    page = visit.page
    await visit.go(f"{path}/stock")
    await expect(page.locator("#rows tr")).to_have_count(3)
    await visit.photograph("stock")
    variant = kettle.variants[0].id
    await page.click(f"tr:has([href$='{variant}']) summary")
    await page.fill(f"#delta-{variant}", "−2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_have_text("The stock was updated")
    await visit.go(f"{path}/stock/{variant}")
    await visit.photograph("stock-ledger")
    await visit.go(f"{path}/transfers")
    await page.fill("#lines", "K-1 3")
    await page.click("button:has-text('Send')")
    await expect(page.locator("h1")).to_contain_text("Depot")
    await visit.photograph("stock-transfer")
    await visit.go(f"{path}/stocktakes")
    await page.click("button:has-text('Start')")
    await page.fill("#lines", "T-1 1")
    await page.click("button:has-text('Write it down')")
    await expect(page.locator(".list")).to_contain_text("−1")
    await visit.photograph("stocktake")
    await visit.go(f"{path}/warehouses")
    await page.click("summary:has-text('Depot')")
    await visit.photograph("stock-places")
