"""The dashboard as a person meets it: a real server, Chromium, scripts on.

Pictures of what was seen go to the folder named by KRAM_SCREENSHOTS, if it is set.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar.static_files import create_static_files_router
from PIL import Image
from playwright.async_api import Browser, Page, expect
from redis.asyncio import Redis

from kram.app.devstack import assets as bundles
from kram.app.devstack.errors import StackError
from kram.app.settings import Settings
from kram.kit.assets import FOLDER, Assets
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.passwords import hash_password
from kram.shop.orders.queries import order_by_code
from kram.tenants.models import Merchant, Shop
from tests.browser.chromium import PHONE_SIZE, WIDE_SIZE, open_browser
from tests.factories.catalog import make_product
from tests.factories.dashboard import open_dashboard
from tests.factories.orders import make_order
from tests.factories.tenants import make_bot

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def bundle() -> None:
    try:
        bundles.build(ROOT)
    except StackError as error:
        pytest.skip(f"needs Node: {error}")


@pytest.fixture
async def address(
    db: Database, settings: Settings, valkey: Redis, bundle: None
) -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    public_url = f"http://127.0.0.1:{port}"
    async with open_dashboard(
        db, settings, valkey, assets=Assets(), public_url=public_url
    ) as dashboard:
        dashboard.app.register(create_static_files_router("/assets", [FOLDER]))
        server = Server(
            dashboard.app, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False
        )
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.serve())
            await asyncio.sleep(0.2)
            yield public_url
            server.stop()  # type: ignore[no-untyped-call]
            await serving


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


class Visit:
    """One tab; whatever the console complained about fails the test at its end."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        # Chromium reports every answer of 4xx itself; those are asked for here.
        if kind in ("error", "warning") and "status of 4" not in text:
            self.complaints.append(text)

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")

    async def sign_in(self, email: str) -> None:
        await self.go("/dashboard/sign-in")
        await self.page.fill("#email", email)
        await self.page.fill("#password", PASSWORD)
        await self.page.click("button.button-main")
        await self.page.wait_for_url("**/dashboard/s-*")

    async def photograph(self, name: str) -> None:
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= (self.page.viewport_size or PHONE_SIZE)["width"], f"{name} scrolls sideways"
        if "KRAM_SCREENSHOTS" in os.environ:
            path = Path(os.environ["KRAM_SCREENSHOTS"]) / f"{name}.png"
            await self.page.screenshot(path=path, full_page=True)


@pytest.fixture
async def email(db: Database, merchant: Merchant) -> str:
    async with db.platform() as tx:
        stored = await tx.get(Merchant, merchant.id)
        assert stored is not None
        stored.password_hash = await hash_password(PASSWORD)
    return merchant.email


@pytest.fixture(params=["phone", "desk"])
async def visit(
    request: pytest.FixtureRequest, chromium: Browser, address: str, email: str
) -> AsyncIterator[Visit]:
    is_phone = request.param == "phone"
    context = await chromium.new_context(
        viewport=PHONE_SIZE if is_phone else WIDE_SIZE,  # type: ignore[arg-type]
        color_scheme="dark" if is_phone else "light",
        has_touch=is_phone,
        locale="en-GB",
    )
    context.set_default_timeout(10_000)
    visit = Visit(await context.new_page(), address)
    await visit.sign_in(email)
    yield visit
    await context.close()
    assert visit.complaints == []


def photo() -> dict[str, object]:
    target = BytesIO()
    Image.new("RGB", (600, 600), "seagreen").save(target, "PNG")
    return {"name": "mug.png", "mimeType": "image/png", "buffer": target.getvalue()}


async def test_a_product_is_added_with_variants_and_photos_and_archived_by_mistake(
    visit: Visit, path: str
) -> None:
    page = visit.page
    await page.click("text=Add a product")
    await page.fill("#title", "Clay mug")
    await page.fill("#variant-price-0", "320,50")
    await page.fill("#variant-title-0", "Small")
    await page.click("text=Add a variant")
    await expect(page.locator("#variant-title-1")).to_be_focused()
    await page.fill("#variant-title-1", "Large")
    await page.fill("#variant-price-1", "4oo")
    await page.set_input_files("[name=photos]", files=[photo()])  # type: ignore[list-item]
    await expect(page.locator("#photos-previews img")).to_have_count(1)
    await page.click("text=Add the product")
    await expect(page.locator("#variant-price-1")).to_be_focused()
    await expect(page.locator("#variant-price-1-error")).to_contain_text("in digits")
    await page.fill("#variant-price-1", "400")
    await page.click("text=Add the product")
    await expect(page.locator(".toast")).to_have_text("Clay mug was added")
    await expect(page.locator("#announcer")).to_have_text("Clay mug was added")
    await visit.photograph("product")
    await page.click("text=Archive >> visible=true >> nth=-1")
    await page.click(".toast >> text=Undo")
    await expect(page.locator(".toast")).to_have_text("Clay mug is on sale again")


async def test_search_narrows_while_one_types_and_back_returns(
    visit: Visit, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        for title in ("Teapot", "Mug", "Spoon"):
            await make_product(tx, title=title)
    page = visit.page
    await visit.go(f"{path}/products")
    await expect(page.locator("#rows tr")).to_have_count(3)
    await page.locator("[name=q]").press_sequentially("teap")
    await expect(page.locator("#rows tr")).to_have_count(1)
    assert page.url.endswith("q=teap&category=")
    await page.click("text=Teapot")
    await expect(page.locator("h1")).to_have_text("Teapot")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Products")


async def test_an_order_is_taken_to_its_door(
    visit: Visit, db: Database, tenant: Tenant, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        codes = [(await make_order(tx)).code for _ in range(22)]
    page = visit.page
    await visit.go(f"{path}/orders")
    await page.click("text=Show older orders")
    await expect(page.locator("#rows tr")).to_have_count(22)
    await visit.photograph("orders")
    await page.locator("a.row-link").first.click()
    await page.click("button:has-text('Accept')")
    await expect(page.locator(".toast")).to_have_text("Order accepted")
    await page.fill("#tracking", "20450012345678")
    await page.click("button:has-text('Ship')")
    await expect(page.locator(".timeline")).to_contain_text("Shipped")
    await page.click("button:has-text('Delivered')")
    await expect(page.locator(".timeline li").first).to_contain_text("Delivered")
    async with db.tenant_read(tenant) as read_tx:
        order = await order_by_code(read_tx, codes[-1])
    assert order is not None
    assert (order.status, order.tracking) == ("delivered", "20450012345678")


async def test_the_colour_shows_before_it_is_saved(visit: Visit, shop: Shop, path: str) -> None:
    page = visit.page
    await visit.go(f"{path}/settings")
    await page.locator("[name=accent][value='#b3306b']").check(force=True)
    shown = await page.locator(".preview-button").evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    assert shown == "rgb(179, 48, 107)"
    await visit.photograph("settings")


async def test_commands_are_added_and_removed_before_they_are_saved(
    visit: Visit, db: Database, shop: Shop, keys: KeyRing, path: str
) -> None:
    async with db.platform() as tx:
        await make_bot(tx, shop, keys)
    page = visit.page
    await visit.go(f"{path}/bot")
    await page.click("text=Write it")
    await page.fill("#command-0", "hours")
    await page.fill("#description-0", "When we work")
    await page.fill("#command-reply-0", "9-18")
    await page.click("text=Add a command")
    await expect(page.locator("#command-1")).to_be_focused()
    await page.fill("#command-1", "start")
    await page.click("button:has-text('Save')")
    await expect(page.locator("#command-1")).to_be_focused()
    await expect(page.locator("#command-1-error")).to_contain_text("has this command already")
    await visit.photograph("bot-settings")
    await page.locator("#commands [data-remove-row]").nth(1).click()
    await page.click("button:has-text('Save')")
    await expect(page.locator(".toast")).to_have_text("Saved: the bot follows in a moment")
    await expect(page.locator("#command-0")).to_have_value("hours")
    await expect(page.locator("#command-1")).to_have_value("")


async def test_every_page_stands_in_three_languages(visit: Visit, path: str) -> None:
    page = visit.page
    pages = ("", "/orders", "/products", "/products/new", "/categories", "/import", "/bot",
             "/webhooks", "/settings")  # fmt: skip
    for language in ("uk", "ru", "en"):
        await visit.go("/dashboard/account")
        await page.locator(f"main button[value={language}]").click()
        await expect(page.locator("html")).to_have_attribute("lang", language)
        for part in pages:
            await visit.go(path + part)
            await visit.photograph(f"{language}{part.replace('/', '-')}")
