"""Screenshots for people to look at: KRAM_SCREENSHOTS names the folder, without it none is made."""

import os
from pathlib import Path

from playwright.async_api import Page

from tests.browser.chromium import PHONE_SIZE, WIDE_SIZE

_SIZES = {"phone": PHONE_SIZE, "wide": WIDE_SIZE}
_SETTLE_MS = 400
"""Sheets slide and colours fade."""


class Album:
    def __init__(self, name: str) -> None:
        folder = os.environ.get("KRAM_SCREENSHOTS")
        self._folder = Path(folder) / name if folder else None
        self._taken = 0

    async def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Light and dark, as on a phone and wide; leaves the page as it was.

        whole: with what lies below the fold.
        """
        if self._folder is None:
            return
        self._taken += 1
        before = page.viewport_size
        for look in ("light", "dark"):
            await _dress(page, look)
            for kind, size in _SIZES.items():
                await page.set_viewport_size(size)  # type: ignore[arg-type]
                await page.wait_for_timeout(_SETTLE_MS)
                file = self._folder / f"{self._taken:02}-{name}-{kind}-{look}.png"
                # A hidden caret would leave empty style attributes behind, which CSP forbids.
                await page.screenshot(path=file, full_page=whole, caret="initial")
        await _dress(page, "light")
        if before is not None:
            await page.set_viewport_size(before)


async def _dress(page: Page, look: str) -> None:
    """The phone's page has a switch of its own; the others follow the system."""
    await page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
    switch = page.locator(".toolbar .theme")
    if await switch.count() and await page.locator("html").get_attribute("data-theme") != look:
        await switch.click()
