"""The dashboard in Ukrainian, as a merchant uses it."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, expect


@dataclass(slots=True)
class Dashboard:
    """`url` is Kram's; `slug` the shop that is open."""

    page: Page
    url: str
    slug: str = ""

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    async def go(self, *parts: str) -> None:
        await self.page.goto("/".join((self.url, "dashboard", self.slug, *parts)))

    async def sign_up(self, name: str, email: str, password: str) -> None:
        await self.page.goto(f"{self.url}/dashboard/sign-up")
        await self.page.fill("#name", name)
        await self.page.fill("#email", email)
        await self.page.fill("#password", password)
        await self.press("Створити обліковий запис")
        await expect(self.page).to_have_url(f"{self.url}/dashboard/new")

    async def sign_in(self, email: str, password: str) -> None:
        """Of a merchant with one shop, which is open then."""
        await self.page.goto(f"{self.url}/dashboard/sign-in")
        await self.page.fill("#email", email)
        await self.page.fill("#password", password)
        await self.press("Увійти")
        await expect(self.page).to_have_url(re.compile(f"{self.url}/dashboard/[a-z]"))
        self.slug = self.page.url.rpartition("/")[2]

    async def open_shop(self, name: str, slug: str) -> None:
        """Without the sample goods."""
        await self.page.fill("#name", name)
        await self.page.fill("#slug", slug)
        await self.page.uncheck("input[name=samples]")
        await self.press("Відкрити магазин")
        await expect(self.page).to_have_url(f"{self.url}/dashboard/{slug}")
        self.slug = slug

    async def import_goods(self, file: Path) -> None:
        """Returns when the page shows that the file is being read."""
        await self.go("import")
        await self.page.set_input_files("input[type=file]", file)
        await self.main.get_by_role("button", name="Імпорт", exact=True).click()
        columns = self.page.locator("#columns")  # its headings are known: nothing to choose
        await columns.get_by_role("button", name="Імпорт", exact=True).click()
        await expect(self.page.locator("#progress progress")).to_be_visible()

    async def connect_bot(self, token: str) -> None:
        """Returns when Telegram knows where to send the bot's updates."""
        await self.go("bot")
        await self.page.fill("#token", token)
        await self.press("Підключити бота")
        await expect(self.page.locator("#bot-state")).to_have_text("Працює")

    async def link(self, button: str) -> str:
        """The link to Telegram, with a code for the bot in it."""
        await self.go("bot")  # a page that shows no earlier code
        await self.press(button)
        link = await self.page.locator("#code a").get_attribute("href")
        assert link is not None
        return link

    async def add_webhook(self, url: str) -> str:
        """Returns its secret."""
        await self.go("webhooks")
        await self.page.fill("#url", url)
        await self.press("Додати")
        return await self.page.locator("#secret").inner_text()

    async def press(self, text: str) -> None:
        await self.main.get_by_role("button", name=re.compile(f"^{re.escape(text)}$")).click()
