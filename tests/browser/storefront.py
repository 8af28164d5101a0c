"""The storefront in Ukrainian inside the phone's Mini App."""

from dataclasses import dataclass

from playwright.async_api import FrameLocator, Locator, expect

from tests.browser.phone import Phone


@dataclass(frozen=True, slots=True)
class Storefront:
    phone: Phone

    @property
    def frame(self) -> FrameLocator:
        return self.phone.mini_app

    @property
    def cards(self) -> Locator:
        return self.frame.locator("#results .card")

    async def search(self, words: str, *, found: int) -> None:
        field = self.frame.get_by_role("searchbox")
        await field.fill(words)
        await field.press("Enter")
        await expect(self.cards).to_have_count(found)

    async def open_product(self, title: str) -> None:
        await self.frame.locator(".card-title a", has_text=title).click()
        await expect(self.frame.locator("article.product h1")).to_have_text(title)

    async def open_cart(self) -> None:
        await self.frame.locator("#cart-link").click()
        await expect(
            self.frame.locator("main[data-screen=cart] [data-lines] li")
        ).not_to_have_count(0)

    async def fill_checkout(
        self, *, recipient: str, number: str, payment: str, address: str = ""
    ) -> None:
        """Without an address it is fetched from the shop."""
        form = self.frame.locator("form[data-full]")
        await form.locator("[name=recipient]").fill(recipient)
        await form.locator("[name=phone]").fill(number)
        delivery = "courier" if address else "pickup"
        await form.locator(f"[name=delivery][value={delivery}]").check()
        if address:
            await form.locator("[name=address]").fill(address)
        await form.locator(f"[name=payment][value={payment}]").check()

    async def sees_order(self, number: str, *, total: str) -> None:
        order = self.frame.locator("[data-order]")
        await expect(order.locator("h1")).to_have_text(f"Замовлення {number}")
        await expect(order.locator("[data-text=total]").last).to_have_text(total)

    async def hears(self, headline: str) -> None:
        """Waits until the order's page, which asks again and again, says this."""
        await expect(self.frame.locator("[data-order] [data-text=headline]")).to_have_text(headline)

    async def back_to_shop(self) -> None:
        await self.frame.get_by_role("link", name="Назад до магазину").click()
        await expect(self.frame.locator("main[data-screen=list]")).to_be_visible()
