"""What a shopper does beside buying: likes, reviews, looks after their own data."""

import io

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from kram.shop.reviews.models import ReviewState
from kram.shop.reviews.queries import queue_page
from kram.shop.reviews.service import publish
from tests.browser.album import Album
from tests.browser.chromium import open_context
from tests.browser.test_storefront import (  # noqa: F401  (fixtures)
    SMALL_SIZE,
    TOO_SMALL,
    TOO_WIDE,
    Window,
    bundles,
    chromium,
    on_a_phone,
    window,
)

pytestmark = pytest.mark.anyio


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(target, "JPEG")
    return target.getvalue()


async def test_a_guest_likes_reviews_and_is_forgotten(
    window: Window,  # noqa: F811
    chromium: Browser,  # noqa: F811
) -> None:
    album = Album("people")
    async with open_context(chromium, locale="en", has_touch=True) as context:
        page = await on_a_phone(context)
        # Pictures are served by another part of the house.
        await page.route("**/media/**", lambda route: route.fulfill(body=photo()))
        await page.goto(f"{window.url}/p/cup")
        heart = page.get_by_role("button", name="To favourites")
        await heart.click()
        await expect(page.get_by_role("button", name="Out of favourites")).to_be_visible()
        await expect(page.get_by_text("Nobody has reviewed this yet")).to_be_visible()
        await page.get_by_text("Write a review").click()
        await page.locator(".stars-input label").nth(1).click()
        await page.get_by_label("What do you think of it?").fill("Made for generations")
        files = [{"name": "cup.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
        await page.set_input_files("[data-files]", files)  # type: ignore[arg-type]
        await expect(page.locator("[data-photos] img")).to_have_count(1)
        await album.take(page, "review", whole=True)
        await page.get_by_role("button", name="Send the review").click()
        await expect(page.locator("#toasts")).to_contain_text("as soon as the shop has looked")
        await _publish(window)
        await page.reload()
        await expect(page.locator(".rating-mean")).to_contain_text("4.0")
        await expect(page.locator(".review-body")).to_have_text("Made for generations")
        await album.take(page, "product", whole=True)
        await _fits(page)
        await page.goto(f"{window.url}/favourites")
        await expect(page.locator("[data-list] li")).to_have_count(1)
        await album.take(page, "favourites")
        await _fits(page)
        await page.get_by_role("link", name="My profile").click()
        await page.get_by_label("Name", exact=True).fill("Lesia")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#toasts")).to_contain_text("Saved")
        await page.get_by_label("News and offers in Telegram").check()
        await album.take(page, "profile", whole=True)
        await _fits(page)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Erase my data").click()
        await page.wait_for_url(f"{window.url}/")
        await page.goto(f"{window.url}/favourites")
        await expect(page.get_by_text("Nothing here yet")).to_be_visible()


async def _publish(window: Window) -> None:  # noqa: F811
    stall = window.storefront.stall
    async with stall.db.tenant(stall.tenant) as tx:
        [item] = (await queue_page(tx, state=ReviewState.PENDING)).items
        await publish(tx, item.review.id)


async def _fits(page) -> None:  # type: ignore[no-untyped-def]
    before = page.viewport_size
    await page.set_viewport_size(SMALL_SIZE)
    assert await page.evaluate(TOO_WIDE) <= 0
    assert await page.evaluate(TOO_SMALL) == []
    await page.set_viewport_size(before)
