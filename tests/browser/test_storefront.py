"""The storefront in a real browser: as a guest's page, and as a Mini App in Telegram's frame."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from litestar.static_files import create_static_files_router
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from redis.asyncio import Redis

from kram.app.devstack.assets import build
from kram.app.settings import Settings
from kram.kit import assets
from kram.kit.assets import Assets
from kram.kit.db.database import Database
from kram.shop.catalog import service as catalog
from kram.shop.orders.models import Order
from kram.shop.orders.queries import orders_page
from kram.tenants.models import Shop
from tests.browser.album import Album
from tests.browser.chromium import PHONE_SIZE, WIDE_SIZE, open_browser, open_context
from tests.browser.mini_app import MiniApp, open_in_telegram
from tests.factories.bots import free_port, served
from tests.factories.catalog import make_category, make_product, product_draft, variant_draft
from tests.factories.inventory import put_on_shelf
from tests.factories.storefront import Storefront, open_storefront

pytestmark = pytest.mark.anyio

SMALL_SIZE = {"width": 320, "height": 568}
MOST_SCRIPT_BYTES = 60_000
TOO_SMALL = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), textarea")]
  .filter((element) => element.checkVisibility() && !element.closest(".skip"))
  .map((element) => [element.closest("label, .card, li") ?? element, element.outerHTML])
  .filter(([target]) => target.getBoundingClientRect().height < 44)
  .map(([, html]) => html.slice(0, 100))
"""
NOTHING_WAITS = "() => !Object.keys(localStorage).some((key) => key.startsWith('kram.wishes'))"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Window:
    """A filled shop at a real address."""

    storefront: Storefront
    origin: str

    @property
    def url(self) -> str:
        return self.origin + self.storefront.base

    async def in_telegram(
        self, page: Page, path: str = "/", *, launch: str | None = None, **options: str
    ) -> MiniApp:
        data = self.storefront.launch_data() if launch is None else launch
        return await open_in_telegram(
            page, self.origin, self.storefront.base + path, data, **options
        )

    async def orders(self) -> list[Order]:
        async with self.storefront.stall.db.tenant_read(self.storefront.stall.tenant) as tx:
            return list((await orders_page(tx)).items)


@pytest.fixture(scope="session")
def bundles() -> Assets:
    build(Path(__file__).parents[2])
    return Assets()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest.fixture
async def window(
    db: Database, settings: Settings, valkey: Redis, shop: Shop, bundles: Assets
) -> AsyncIterator[Window]:
    files = create_static_files_router("/assets", [assets.FOLDER])
    opening = open_storefront(db, settings, valkey, shop, assets=bundles.url, more_routes=[files])
    async with opening as storefront, served(storefront.app, free_port()) as origin:
        await fill(storefront)
        yield Window(storefront, origin)


async def fill(storefront: Storefront) -> None:
    """The newest, and so the first in the list, is the cup in two sizes."""
    async with storefront.stall.db.tenant(storefront.stall.tenant) as tx:
        tea = await make_category(tx, "Tea")
        for number in range(30):
            await make_product(tx, title=f"Postcard {number}", price_minor=4_500, stock=9)
        await make_product(tx, title="Copper kettle", price_minor=125_000, stock=3)
        small = variant_draft(title="Small", price_minor=20_000)
        large = variant_draft(title="Large", price_minor=30_000)
        draft = product_draft(small, large, title="Cup", category_id=tea.id, description="By hand.")
        for variant in (await catalog.create_product(tx, draft)).variants:
            await put_on_shelf(tx, variant.id, 5)


async def on_a_phone(context: BrowserContext) -> Page:
    page = await context.new_page()
    await page.set_viewport_size(PHONE_SIZE)  # type: ignore[arg-type]
    return page


async def write_address(app: Page | MiniApp) -> None:
    values = {"recipient": "Olena", "phone": "+380501234567", "address": "Lviv, Rynok 1"}
    for name, value in values.items():
        field = app.locator(f"[name={name}]") if isinstance(app, Page) else app[f"[name={name}]"]
        await field.fill(value)


async def test_a_guest_finds_chooses_and_orders(window: Window, chromium: Browser) -> None:
    album = Album("storefront")
    async with open_context(chromium, locale="en", has_touch=True) as context:
        page = await on_a_phone(context)
        button = page.locator("#dock button")
        await page.goto(f"{window.url}/")
        await expect(page.locator(".goods > li")).to_have_count(24)
        await album.take(page, "list")
        await page.get_by_text("Show more").click()
        await expect(page.locator(".goods > li")).to_have_count(32)
        await page.get_by_role("searchbox").fill("kettle")
        await expect(page.locator(".goods > li")).to_have_count(1)
        await page.get_by_role("button", name="Add Copper kettle to the cart").click()
        await expect(button).to_contain_text("Open the cart₴1,250")
        await page.get_by_role("searchbox").fill("cup")
        await page.get_by_role("link", name="Cup").click()
        await expect(page.get_by_role("heading", name="Cup")).to_be_visible()
        await page.get_by_label("Large").check()
        await page.get_by_role("button", name="One more").click()
        await expect(button).to_contain_text("₴600")
        await album.take(page, "product", whole=True)
        await button.click()
        await expect(page.locator("#cart-count")).to_have_text("3")
        await button.click()
        await expect(page.locator("[data-lines] li")).to_have_count(2)
        await page.get_by_role("button", name="One less: Cup, Large").click()
        await expect(page.locator("[data-total]")).to_have_text("₴1,550")
        await album.take(page, "cart")
        await button.click()
        await expect(page.get_by_label("Phone")).to_be_visible()
        await button.click()
        await expect(page.locator(".field-error")).to_have_count(3)
        await expect(page.get_by_label("Name")).to_be_focused()
        await album.take(page, "checkout", whole=True)
        await write_address(page)
        await expect(page.locator(".field-error")).to_have_count(0)
        await expect(button).to_contain_text("₴1,640")
        await button.click()
        await expect(page.get_by_role("heading", name="Order № 1001")).to_be_visible()
        await album.take(page, "order", whole=True)
        await expect(page.locator("#cart-count")).to_be_hidden()
        await page.get_by_role("link", name="My orders").click()
        await expect(page.locator(".order-name")).to_have_text(["Order № 1001"])

    [made] = await window.orders()
    assert (made.total_minor, made.recipient) == (164_000, "Olena")


async def test_an_older_answer_never_hides_what_was_just_put_in(
    window: Window, chromium: Browser
) -> None:
    """The cart is asked for while a change is on its way, and answered after the change."""
    asked, put = asyncio.Event(), asyncio.Event()

    async def put_late(route: Route) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), 0.5)
        await route.continue_()
        await (await route.request.response()).finished()  # type: ignore[union-attr]
        put.set()

    async def answer_late(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await put.wait()
        await route.fulfill(response=answer)

    async with open_context(chromium, locale="en") as context:
        page = await on_a_phone(context)
        button = page.locator("#dock button")
        await page.goto(f"{window.url}/p/cup")
        await button.click()
        await expect(button).to_contain_text("Open the cart")
        await page.route("**/api/cart/lines/*", put_late)
        await page.route("**/api/cart", answer_late)
        await page.get_by_label("Large").check()
        await button.click()
        async with page.expect_response("**/api/cart"):
            await page.locator("#cart-link").click()
        await page.evaluate("() => new Promise((drawn) => requestAnimationFrame(drawn))")
        await expect(page.locator("[data-lines] li")).to_have_count(2)


async def test_goods_wait_aside_and_a_lost_cart_is_filled_again(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium, locale="en") as context:
        page = await on_a_phone(context)
        await page.goto(f"{window.url}/p/copper-kettle")
        await page.locator("#dock button").click()
        await expect(page.locator("#cart-count")).to_have_text("1")
        await page.goto(f"{window.url}/cart")
        await page.get_by_role("button", name="Save for later: Copper kettle").click()
        await expect(page.locator("[data-aside-lines] li")).to_have_count(1)
        await expect(page.get_by_text("The cart is empty")).to_be_visible()
        assert await page.evaluate(TOO_WIDE) <= 0
        await page.get_by_role("button", name="To the cart: Copper kettle").click()
        await expect(page.locator("[data-total]")).to_have_text("₴1,250")
        await page.wait_for_function(NOTHING_WAITS)  # or it would fill the cart that is lost below
        async with page.expect_response("**/api/cart"):
            await page.reload()
        await expect(page.locator("[data-total]")).to_have_text("₴1,250")
        await window.storefront.services.redis.flushdb()
        await page.reload()
        await expect(page.get_by_text("Your cart was lost")).to_be_visible()
        await page.get_by_role("button", name="Fill it again").click()
        await expect(page.locator("[data-total]")).to_have_text("₴1,250")
        await expect(page.get_by_text("Your cart was lost")).to_be_hidden()


async def test_every_page_fits_and_is_easy_to_tap(window: Window, chromium: Browser) -> None:
    paths = ("/", "/c/tea", "/p/cup", "/p/none", "/cart", "/orders", "/checkout", "/?q=samovar")
    for size in (SMALL_SIZE, WIDE_SIZE):
        # A missing page is a failed request to the browser: no watch over this one.
        context = await chromium.new_context(viewport=size, locale="ru")  # type: ignore[arg-type]
        page = await context.new_page()
        for path in paths:
            await page.goto(window.url + path)
            await expect(page.locator("[data-bones]")).to_be_hidden()
            assert await page.evaluate(TOO_WIDE) <= 0, path
            assert await page.evaluate(TOO_SMALL) == [], path
        await context.close()


async def test_words_without_end_are_broken(window: Window, chromium: Browser) -> None:
    word = "нескінченно" * 15
    async with window.storefront.stall.db.tenant(window.storefront.stall.tenant) as tx:
        made = await make_product(tx, title=word, stock=1)
    async with open_context(chromium, locale="en") as context:
        page = await on_a_phone(context)
        for path in ("/", f"/p/{made.slug}"):
            await page.goto(window.url + path)
            assert await page.evaluate(TOO_WIDE) <= 0, path
        await page.locator("#dock button").click()
        await page.goto(f"{window.url}/checkout")
        await write_address(page)
        for name in ("recipient", "address"):
            await page.locator(f"[name={name}]").fill(word[:100])
        await page.locator("#dock button").click()
        await page.wait_for_url("**/orders/*")
        await expect(page.get_by_text(word[:100]).first).to_be_visible()
        assert await page.evaluate(TOO_WIDE) <= 0


async def test_the_script_is_light(bundles: Assets) -> None:
    assert bundles.asset("miniapp/storefront.js").gzip <= MOST_SCRIPT_BYTES


async def test_a_shopper_in_telegram_orders_by_the_main_button(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium) as context:
        app = await window.in_telegram(await on_a_phone(context))
        await expect(app["#dock"]).to_be_hidden()
        assert (await app.played())["back"] is False
        await app["text=Cup"].first.click()
        await app.press("200")
        assert (await app.played())["back"] is True
        await expect(app["#cart-count"]).to_have_text("1")
        await app.press("200")
        await expect(app["main[data-screen=cart] [data-lines] li"]).to_have_count(1)
        await app.press("200")
        await expect(app["[name=recipient]"]).to_be_visible()
        assert (await app.played())["closing"] is True
        await write_address(app)
        await expect(app.telegram.locator("#main")).to_contain_text("290")
        await app.press_many(5)
        await expect(app["h1"]).to_contain_text("1001")
        told = await app.played()
        await app.back()
        await expect(app["main"]).to_have_attribute("data-screen", "list")

    assert told["closing"] is False
    assert "web_app_trigger_haptic_feedback" in told["events"]
    assert [order.number for order in await window.orders()] == [1001]


async def test_the_back_button_leads_back_and_at_last_to_the_shop(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium) as context:
        app = await window.in_telegram(await on_a_phone(context), "/c/tea")
        await app["text=Cup"].first.click()
        await expect(app["main"]).to_have_attribute("data-screen", "product")
        await app.back()
        await expect(app[".chip[aria-current]"]).to_have_text("Tea")
        await app.back()
        await expect(app[".goods > li"]).to_have_count(24)
        await expect(app.telegram.locator("#back")).to_be_hidden()


async def test_a_list_is_as_it_was_left(window: Window, chromium: Browser) -> None:
    async with open_context(chromium, locale="en") as context:
        page = await on_a_phone(context)
        await page.goto(f"{window.url}/")
        await page.get_by_text("Show more").click()
        await expect(page.locator(".goods > li")).to_have_count(32)
        await page.get_by_role("link", name="Postcard 1", exact=True).click()
        await expect(page.get_by_role("heading", name="Postcard 1", exact=True)).to_have_count(1)
        await expect(page.locator("main")).to_have_attribute("data-screen", "product")
        await page.go_back()
        await expect(page.locator(".goods > li")).to_have_count(32)
        assert await page.evaluate("scrollY") > 1000


async def test_telegrams_colours_are_worn_and_changed_at_once(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium) as context:
        app = await window.in_telegram(await on_a_phone(context), theme="dark")
        dark = await app.colour("body", "backgroundColor")
        await app.telegram.evaluate("setTheme('light')")
        await expect(app["html"]).to_have_attribute("data-scheme", "light")
        light = await app.colour("body", "backgroundColor")

    assert (dark, light) == ("rgb(23, 33, 43)", "rgb(255, 255, 255)")


async def test_insets_are_added_up(window: Window, chromium: Browser) -> None:
    async with open_context(chromium) as context:
        app = await window.in_telegram(await on_a_phone(context))
        # The frame says 0 and 6 pixels; the bar's own padding is 8.
        await expect(app[".bar"]).to_have_css("padding-top", "14px")


@pytest.mark.parametrize(
    ("start", "path"),
    [
        ("p_cup", "/p/cup"),
        ("c_tea", "/c/tea"),
        ("o_ABCDEF", "/orders/ABCDEF"),
        ("p_../../dashboard", "/"),
        ("x_cup", "/"),
        ("p_", "/"),
    ],
)
async def test_deep_links_open_their_page(
    window: Window, chromium: Browser, start: str, path: str
) -> None:
    context = await chromium.new_context(viewport=PHONE_SIZE)  # type: ignore[arg-type]
    page = await context.new_page()
    launch = window.storefront.launch_data(start_param=start)
    app = await window.in_telegram(page, launch=launch)
    await page.wait_for_timeout(300)
    shown = await app["body"].evaluate("() => location.pathname")
    await context.close()

    assert shown.rstrip("/") == (window.storefront.base + path).rstrip("/")


async def test_without_launch_data_the_frame_is_a_plain_browser(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium) as context:
        app = await window.in_telegram(await on_a_phone(context), "/p/cup", launch="")
        await expect(app["#dock button"]).to_be_visible()
        assert (await app.played())["main"].get("is_visible", False) is False


async def test_an_old_client_is_no_obstacle(window: Window, chromium: Browser) -> None:
    """The script says on the console what a 6.0 client cannot do: no watch over this one."""
    context = await chromium.new_context(viewport=PHONE_SIZE)  # type: ignore[arg-type]
    page = await context.new_page()
    broken: list[object] = []
    page.on("pageerror", lambda error: broken.append(error))
    app = await window.in_telegram(page, "/p/cup", version="6.0")
    await app.press("200")
    await expect(app["#cart-count"]).to_have_text("1")
    await context.close()

    assert broken == []


async def test_telegrams_language_wins_over_the_browsers(window: Window, chromium: Browser) -> None:
    async with open_context(chromium, locale="uk-UA") as context:
        launch = window.storefront.launch_data(language="en")
        app = await window.in_telegram(await on_a_phone(context), "/p/cup", launch=launch)
        await expect(app["html"]).to_have_attribute("lang", "en")
        assert await app.main_button() == "Add to cart · ₴200"


async def test_a_payment_is_confirmed_while_the_shopper_looks_on(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium) as context:
        app = await window.in_telegram(await on_a_phone(context), "/p/cup")
        await app.press("200")
        await expect(app["#cart-count"]).to_have_text("1")
        await app.press("200")
        await app.press("200")
        await write_address(app)
        await app["[name=payment][value=sandbox]"].check()
        await app.press("290")
        await expect(app[".banner[data-mood=waiting]"]).to_be_visible()
        stall = window.storefront.stall
        [made] = await window.orders()
        _, [payment], _ = await stall.look(made.id)
        assert (await app.played())["links"] == [payment.redirect_url]
        stall.acquirer.succeed(stall.record_of(payment))
        await stall.work()
        await expect(app[".banner[data-mood=good]"]).to_be_visible(timeout=4_000)
        await expect(app["h1"]).to_contain_text("1001")


async def test_what_is_put_in_without_a_connection_arrives_later(
    window: Window, chromium: Browser
) -> None:
    """The browser reports requests that failed: no watch over this one."""
    context = await chromium.new_context(viewport=PHONE_SIZE, locale="en")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{window.url}/p/cup")
    await page.locator("#dock button").click()
    await expect(page.locator("#cart-count")).to_have_text("1")
    await expect(page.locator("#offline")).to_be_hidden()
    await page.wait_for_load_state("networkidle")
    await context.set_offline(True)
    await page.get_by_role("button", name="One more").click()
    await expect(page.locator("#cart-count")).to_have_text("2")
    await expect(page.locator("#offline")).to_be_visible()
    await context.set_offline(False)
    await expect(page.locator("#offline")).to_be_hidden()
    await page.reload()
    await expect(page.locator("#cart-count")).to_have_text("2")
    await context.close()


async def test_a_sign_in_that_must_wait_loses_nothing(window: Window, chromium: Browser) -> None:
    """The browser reports requests that failed: no watch over this one."""
    context = await chromium.new_context(viewport=PHONE_SIZE, locale="en")  # type: ignore[arg-type]
    page = await context.new_page()
    busy = {"status": 503, "headers": {"retry-after": "1"}, "body": "busy"}
    await page.route("**/api/session", lambda route: route.fulfill(**busy), times=1)
    await page.goto(f"{window.url}/p/cup")
    await page.locator("#dock button").click()
    await expect(page.locator("#offline")).to_be_visible()
    await expect(page.locator("#cart-count")).to_have_text("1")
    await expect(page.locator("#offline")).to_be_hidden()
    await page.reload()
    await expect(page.locator("#cart-count")).to_have_text("1")
    await context.close()


async def test_a_page_is_opened_again_right_after_it_was_left(
    window: Window, chromium: Browser
) -> None:
    async with open_context(chromium, locale="en") as context:
        page = await on_a_phone(context)
        await page.goto(f"{window.url}/")
        for _ in range(2):
            await page.get_by_role("link", name="Cup", exact=True).click()
            await expect(page.locator("main")).to_have_attribute("data-screen", "product")
            await page.go_back()
            await expect(page.locator("main")).to_have_attribute("data-screen", "list")


async def test_the_page_is_used_by_keyboard(window: Window, chromium: Browser) -> None:
    async with open_context(chromium, locale="en") as context:
        page = await context.new_page()
        await page.goto(f"{window.url}/p/cup")
        await page.keyboard.press("Tab")
        await expect(page.get_by_text("Skip to the goods")).to_be_focused()
        await page.get_by_label("Small").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("[data-price]")).to_have_text("₴300")
        await page.locator("#dock button").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#cart-count")).to_have_text("1")
        await expect(page.locator("#dock button")).to_be_focused()
