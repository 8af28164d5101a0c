"""Every door speaks Ukrainian, Russian and English: the right words, and no foreign ones."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from kram.app.settings import Settings
from kram.kit.db.database import Database
from tests.browser.chromium import PHONE_SIZE, open_context
from tests.journeys.planting import PASSWORD, Goods, plant_bot, plant_shop
from tests.journeys.stage import Stage, staged

pytestmark = pytest.mark.anyio

KETTLE, SOLD_OUT = Goods("Чайник", "KETTLE", 125_000, 5), Goods("Глек", "JUG", 50_000, 0)
PROCESSES = ("web", "phone", "bots")
LOCALES = {"uk": "uk-UA", "ru": "ru-RU", "en": "en-GB"}

# What each page must say, word for word, in uk, ru and en.
SIGN_IN = ("З поверненням", "С возвращением", "Welcome back")
SIGN_UP = ("Відкрийте свій магазин", "Откройте свой магазин", "Open your shop")
ADD = ("До кошика", "В корзину", "Add to cart")
GONE = ("Немає в наявності", "Нет в наличии", "Sold out")
NOTHING = ("Нічого не знайдено", "Ничего не найдено", "Nothing found")
CART = ("Кошик", "Корзина", "Cart")
CHECKOUT = ("Оформлення", "Оформление", "Checkout")
WELCOME = ("Вітаємо!", "Добро пожаловать!", "Welcome!")
OPEN_SHOP = ("Відкрити магазин", "Открыть магазин", "Open the shop")

EVERYWHERE = {
    "Kram",
    "Telegram",
    "UK",
    "RU",
    "EN",
    "Укр",
    "Рус",
    "Eng",
    "Українська",
    "Русский",
    "English",
}
"""Names, which no language translates."""
OURS = {"Квітка", "Чайник", "Глек"}
"""The merchant's own words, in the language of the shop."""
LETTERS = {"uk": "A-Za-zЁёЪъЫыЭэ", "ru": "A-Za-zҐґЄєІіЇї", "en": "А-Яа-яЁёҐґЄєІіЇї"}
"""What the words of a language are not written with."""

SHOWN = """
() => {
  const named = ["aria-label", "placeholder", "title", "alt"];
  const all = [...document.body.querySelectorAll("*")].filter((each) => each.checkVisibility());
  const names = all.flatMap((each) => named.map((name) => each.getAttribute(name) ?? ""));
  return [document.title, document.body.innerText, ...names];
}
"""
"""Visible text, and what is read aloud in its place."""


async def test_every_door_speaks_the_persons_language(
    settings: Settings, tmp_path: Path, db: Database
) -> None:
    async with staged(settings, tmp_path, "languages", PROCESSES) as stage:
        await plant_shop(db, stage, SOLD_OUT, KETTLE)
        await stage.desk.sign_in(f"{stage.slug}@example.com", PASSWORD)
        await plant_bot(stage)
        browser = stage.desk.page.context.browser
        assert browser is not None
        for at, language in enumerate(LOCALES):
            await _pages_speak(stage, browser, at, language)
            await _bot_speaks(stage, at, language)


def test_a_foreign_word_is_heard() -> None:
    assert _foreign(["У кошику Чайник, Sold out"], "uk", OURS) == ["Sold", "out"]
    assert _foreign(["Відкрити /start"], "uk", ()) == []
    assert _foreign(["Open Чайник"], "en", ()) == ["Чайник"]
    assert _foreign(["Відкрити"], "ru", ()) == ["Відкрити"]


async def _pages_speak(stage: Stage, browser: Browser, at: int, language: str) -> None:
    async with open_context(browser, locale=LOCALES[language], viewport=PHONE_SIZE) as context:
        page = await context.new_page()
        await _dashboard_speaks(stage, page, at, language)
        await _storefront_speaks(stage, page, at, language)


async def _dashboard_speaks(stage: Stage, page: Page, at: int, language: str) -> None:
    for path, heading in (("sign-in", SIGN_IN), ("sign-up", SIGN_UP)):
        await page.goto(f"{stage.desk.url}/dashboard/{path}")
        await expect(page.locator("h1")).to_have_text(heading[at])
        await _is_spoken(page, language)


async def _storefront_speaks(stage: Stage, page: Page, at: int, language: str) -> None:
    await page.goto(f"{stage.desk.url}/m/{stage.slug}/?q=xyz")
    await expect(page.locator("#results h2")).to_have_text(NOTHING[at])
    await _is_spoken(page, language, {"xyz"})
    await page.goto(f"{stage.desk.url}/m/{stage.slug}/")
    await expect(page.locator(".card .label")).to_have_text(GONE[at])
    await _is_spoken(page, language)
    await page.get_by_role("link", name=KETTLE.title, exact=True).click()
    await page.get_by_role("button", name=ADD[at]).click()
    await expect(page.locator("#cart-count")).to_have_text("1")
    await _is_spoken(page, language)
    await page.locator("#cart-link").click()
    await expect(page.locator("h1")).to_have_text(CART[at])
    await expect(page.locator("[data-lines] li")).to_have_count(1)
    await _is_spoken(page, language)
    await page.locator("#dock button").click()
    await expect(page.locator("h1")).to_have_text(CHECKOUT[at])
    await expect(page.locator("[data-lines] li")).to_have_count(1)
    await _is_spoken(page, language)


async def _bot_speaks(stage: Stage, at: int, language: str) -> None:
    person = await stage.control.new_person("Марко", language)
    await stage.shopper.show(person, bot=stage.bot)
    chat = await _chat(stage, person)
    await stage.shopper.start()
    await stage.shopper.hears(WELCOME[at])
    last = stage.shopper.last
    await expect(last.get_by_role("button").first).to_have_text(OPEN_SHOP[at])
    texts = [command["description"] for command in chat["commands"]]
    texts += [chat["description"], chat["short_description"], await last.inner_text()]
    await stage.shopper.say("/help")
    await stage.shopper.hears("/start")
    texts.append(await last.inner_text())
    assert len(texts) > 5
    assert _foreign(texts, language, OURS) == []
    # Telegram knows one text of the menu button for a whole bot: it is in the shop's language.
    assert chat["menu_button"]["text"] == "Магазин"


async def _chat(stage: Stage, person: int) -> Any:
    """How the bot presents itself to this person before Start."""
    bots = await stage.control.get("bots")
    return await stage.control.get(f"chats/{bots[0]['id']}:{person}", user_id=person)


async def _is_spoken(page: Page, language: str, more: Iterable[str] = ()) -> None:
    assert await page.locator("html").get_attribute("lang") == language
    texts = await page.evaluate(SHOWN)
    assert _foreign(texts, language, {*OURS, *more}) == []


def _foreign(texts: Iterable[str], language: str, names: Iterable[str]) -> list[str]:
    """The words of two letters and more that are not this language's."""
    known = {*EVERYWHERE, *names}
    spoken = [re.sub(r"/\w+", "", text) for text in texts]  # commands are the same everywhere
    words = [word for text in spoken for word in re.findall(r"[^\W\d_]{2,}", text)]
    return [
        word for word in words if re.search(f"[{LETTERS[language]}]", word) and word not in known
    ]
