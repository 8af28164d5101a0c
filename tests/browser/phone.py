"""The page that plays Telegram, as a person with one phone uses it."""

from dataclasses import dataclass

from playwright.async_api import FrameLocator, Locator, Page, expect


@dataclass(frozen=True, slots=True)
class Phone:
    """`url` is the simulator's; the texts on the buttons are in the person's language."""

    page: Page
    url: str

    async def show(self, user_id: int, *, bot: str = "", link: str = "") -> None:
        """Takes this person's phone, with a bot's chat open or a t.me link followed."""
        query = f"users={user_id}" + (f"&bot={bot}" if bot else "")
        await self.page.goto(f"{self.url}/?{query}" + (f"&link={_quoted(link)}" if link else ""))

    @property
    def glass(self) -> Locator:
        return self.page.locator("section.device .glass")

    @property
    def messages(self) -> Locator:
        return self.glass.locator(".talk .message")

    @property
    def last(self) -> Locator:
        return self.messages.last

    async def open_chat(self, title: str) -> None:
        await self.glass.locator(".chat-list button.row", has_text=title).click()

    async def leave_chat(self) -> None:
        await self.glass.locator(".talk-head .back").click()
        await expect(self.glass.locator(".talk")).to_have_count(0)

    async def start(self) -> None:
        await self.glass.locator("button.start-button").click()

    async def say(self, text: str) -> None:
        field = self.glass.locator(".composer textarea")
        await field.fill(text)
        await field.press("Enter")

    async def make_group(self, title: str) -> None:
        """On the sheet that a link to a group's bot opens."""
        await self.glass.get_by_label("Назва групи").fill(title)
        await self.glass.get_by_role("button", name="Створити").click()

    async def press(self, text: str) -> None:
        """An inline button under the newest message that has it."""
        await self.glass.get_by_role("button", name=text, exact=True).last.click()

    async def hears(self, *texts: str) -> None:
        """Waits until the newest message says all this."""
        for text in texts:
            await expect(self.last).to_contain_text(text)

    async def open_mini_app(self) -> None:
        """By the menu button beside the text."""
        await self.glass.locator("button.menu-button").click()

    async def close_mini_app(self) -> None:
        await self.glass.locator(".app-left").click()
        await expect(self.glass.locator(".app")).to_have_count(0)

    @property
    def mini_app(self) -> FrameLocator:
        return self.page.frame_locator("section.device iframe")

    async def press_main_button(self, text: str) -> None:
        """Telegram's own button below the Mini App."""
        button = self.glass.locator('.app-button[data-which="main"]')
        await expect(button).to_contain_text(text)
        await button.click()


def _quoted(link: str) -> str:
    return link.replace("%", "%25").replace("&", "%26").replace("?", "%3F").replace("+", "%2B")
