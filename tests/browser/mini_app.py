"""The storefront as a shopper has it in hand: in a plain browser, or in a frame of Telegram's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import FrameLocator, Locator, Page, Route

TELEGRAM = Path(__file__).with_name("telegram_host.html").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class MiniApp:
    """`telegram` is the page around the frame; `played` what it was told by the app."""

    telegram: Page
    frame: FrameLocator

    def __getitem__(self, selector: str) -> Locator:
        return self.frame.locator(selector)

    async def played(self) -> Any:
        return await self.telegram.evaluate("played")

    async def main_button(self) -> str:
        """Its text; empty while it is hidden."""
        button = self.telegram.locator("#main")
        return await button.inner_text() if await button.is_visible() else ""

    async def press(self, text: str) -> None:
        """The main button, once it says so."""
        await self.telegram.locator("#main", has_text=text).click()

    async def press_many(self, times: int) -> None:
        """Faster than any finger."""
        await self.telegram.evaluate(
            "n => { for (let i = 0; i < n; i++) tell('main_button_pressed'); }", times
        )

    async def back(self) -> None:
        await self.telegram.locator("#back").click()

    async def colour(self, selector: str, name: str) -> str:
        script = "(element, name) => getComputedStyle(element)[name]"
        return str(await self[selector].first.evaluate(script, name))


async def open_in_telegram(
    page: Page, origin: str, path: str, launch_data: str, **options: str
) -> MiniApp:
    """`options`: theme (light, dark), version of the client."""
    address = f"{origin}/telegram-host"

    async def answer(route: Route) -> None:
        await route.fulfill(body=TELEGRAM, content_type="text/html")

    await page.route(address, answer)
    asked = urlencode({"app": origin + path, "data": launch_data, **options})
    await page.goto(f"{address}#{asked}")
    app = MiniApp(page, page.frame_locator("#app"))
    await app["main"].wait_for()
    return app
