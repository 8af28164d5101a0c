"""The page with the phones, in a real browser: chats, buttons, a Mini App, payments."""

import asyncio
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from kram.app.devstack import assets
from kram.app.devstack.telegram.telegram import Telegram
from tests.app.telegram.conftest import free_port, start
from tests.app.telegram.mini_app import SCRIPT, mini_app

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="CHROMIUM IS MISSING: the phones are not tested"),
    pytest.mark.xdist_group("phones"),
]


@dataclass
class World:
    """A simulator with a shop's bot, its Mini App, and two shoppers."""

    url: str
    app_url: str
    http: httpx.Client
    token: str = ""
    bot_id: int = 0
    olena: int = 0
    ivan: int = 0

    def control(self, path: str, **body: Any) -> Any:
        answer = self.http.post(f"/_control/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def call(self, method: str, **params: Any) -> Any:
        answer = self.http.post(f"/bot{self.token}/{method}", json=params).json()
        assert answer["ok"], answer
        return answer["result"]

    def next_update(self, kind: str) -> Any:
        """The next update of this kind; older ones are taken and forgotten."""
        while True:
            (update, *_) = self.call("getUpdates", timeout=10, limit=1)
            self.call("getUpdates", offset=update["update_id"] + 1, limit=1)
            if kind in update:
                return update[kind]

    def populate(self) -> None:
        self.control("reset")
        bot = self.control("bots", name="Квітка", username="kvitka_bot")
        self.token, self.bot_id = bot["token"], bot["id"]
        self.olena, self.ivan = (
            self.control("people", first_name=name, language_code="uk")["id"]
            for name in ("Олена", "Іван")
        )
        button = {"type": "web_app", "text": "Магазин", "web_app": {"url": self.app_url}}
        self.call("setChatMenuButton", menu_button=button)
        self.call("setMyDescription", description="Квіти за годину")


@pytest.fixture(scope="module")
def served() -> Iterator[World]:
    """Simulator and Mini App on a thread of their own: the browser's driver needs this one."""
    assets.build(ROOT)
    assert SCRIPT.exists(), "Telegram's official script is missing from node_modules"
    port, app_port = free_port(), free_port()
    is_up, is_over = threading.Event(), threading.Event()

    async def serve() -> None:
        server, task = await start(Telegram(), port)
        async with mini_app(app_port):
            is_up.set()
            await asyncio.to_thread(is_over.wait)
        server.stop()  # type: ignore[no-untyped-call]
        await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert is_up.wait(10)
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, timeout=30) as client:
        yield World(url, f"http://127.0.0.1:{app_port}/", client)
    is_over.set()
    thread.join(10)


@pytest.fixture
def world(served: World) -> World:
    served.populate()
    return served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="uk-UA", color_scheme="light"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def open_phone(page: Page, world: World, *people: int) -> Locator:
    """The first phone of the page, with the chat of the shop's bot open."""
    users = ",".join(str(person) for person in people or (world.olena,))
    page.goto(f"{world.url}/?users={users}&bot=kvitka_bot")
    phone = page.locator(".device").first
    expect(phone.locator(".talk-head h2")).to_have_text("Квітка")
    return phone


class App:
    """The Mini App on a phone, from the inside."""

    def __init__(self, phone: Locator) -> None:
        self._frame = phone.frame_locator("iframe")
        self.says("scheme")

    def run(self, script: str, value: object = None) -> Any:
        return self._frame.locator("body").evaluate(f"(_, value) => {{ return {script} }}", value)

    def says(self, text: str) -> None:
        """Waits until the app has written this into its log."""
        expect(self._frame.locator("#log")).to_contain_text(text)


def open_app(phone: Locator) -> App:
    """Opens the Mini App behind the menu button, and waits until it talks."""
    phone.locator(".menu-button").click()
    return App(phone)


def test_a_shopper_starts_a_bot_taps_a_button_and_gets_its_answer(page: Page, world: World) -> None:
    phone = open_phone(page, world)
    expect(phone.locator(".about-bot")).to_contain_text("Квіти за годину")
    phone.get_by_role("button", name="Почати").click()
    assert world.next_update("message")["text"] == "/start"
    keyboard = {"inline_keyboard": [[{"text": "Замовлення", "callback_data": "orders"}]]}
    world.call(
        "sendMessage",
        chat_id=world.olena,
        text="<b>Вітаємо</b> 😀 тут",
        parse_mode="HTML",
        reply_markup=keyboard,
    )
    expect(phone.locator(".bubble strong")).to_have_text("Вітаємо")
    phone.get_by_role("button", name="Замовлення").click()
    query = world.next_update("callback_query")
    assert query["data"] == "orders"
    world.call("answerCallbackQuery", callback_query_id=query["id"], text="Їх ще немає")
    expect(phone.locator(".toast")).to_have_text("Їх ще немає")
    world.call("editMessageText", chat_id=world.olena, message_id=2, text="Готово")
    expect(phone.locator(".bubble", has_text="Готово")).to_contain_text("змінено")


def test_a_mini_app_gets_its_buttons_and_the_theme(page: Page, world: World) -> None:
    world.control("start", bot="kvitka_bot", user_id=world.olena)
    keyboard = {"inline_keyboard": [[{"text": "Відкрити", "web_app": {"url": world.app_url}}]]}
    world.call("sendMessage", chat_id=world.olena, text="a", reply_markup=keyboard)
    phone = open_phone(page, world)
    phone.locator(".inline-button").click()
    app = App(phone)
    main = phone.locator('.app-button[data-which="main"]')
    expect(main).to_have_text("До кошика")
    app.says("user Олена")
    main.click()
    expect(phone.locator(".app-left")).to_have_text("Назад")
    expect(phone).to_have_attribute("data-haptic", "success")
    phone.locator(".app-left").click()
    expect(phone.locator(".app-left")).to_have_text("Закрити")
    app.says("main pressed\nback pressed")
    page.get_by_role("button", name="Темна тема").click()
    app.says("scheme dark")
    ground = app.run("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(19, 27, 36)"
    app.run("Telegram.WebApp.close()")
    expect(phone.locator("iframe")).to_have_count(0)


def test_an_invoice_is_paid_from_a_mini_app(page: Page, world: World) -> None:
    world.control("start", bot="kvitka_bot", user_id=world.olena)
    link = world.call(
        "createInvoiceLink",
        title="Букет",
        description="Дванадцять троянд",
        payload="order-1",
        currency="XTR",
        prices=[{"label": "Букет", "amount": 250}],
    )
    phone = open_phone(page, world)
    app = open_app(phone)
    app.run("Telegram.WebApp.openInvoice(value, (s) => say('invoice ' + s))", link)
    sheet = phone.get_by_role("dialog", name="Оплата")
    sheet.get_by_role("button", name="Закрити").click()
    app.says("invoice cancelled")
    expect(sheet).to_have_count(0)
    app.run("Telegram.WebApp.openInvoice(value, (s) => say('invoice ' + s))", link)
    phone.get_by_role("button", name="Сплатити 250 ★").click()
    query = world.next_update("pre_checkout_query")
    world.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    expect(phone.locator(".pay-result")).to_contain_text("Сплачено")
    phone.get_by_role("button", name="Готово").click()
    app.says("invoice paid")
    assert world.next_update("message")["successful_payment"]["total_amount"] == 250
    expect(phone.locator(".pill.service")).to_have_text("Ви сплатили 250 ★")


def test_a_mini_app_asks_for_access_and_keeps_things(page: Page, world: World) -> None:
    phone = open_phone(page, world)
    page.goto(f"{world.url}/t.me/kvitka_bot?startapp=p_sku-1&users={world.olena}")
    expect(phone.locator("iframe")).to_have_count(1)
    app = App(phone)
    app.says("start p_sku-1")
    app.run("Telegram.WebApp.requestWriteAccess((ok) => say('write ' + ok))")
    phone.get_by_role("button", name="Дозволити").click()
    app.says("write true")
    assert "write_access_allowed" in world.next_update("message")
    app.run("Telegram.WebApp.requestContact((ok, e) => say('phone ' + ok + !!e.responseUnsafe))")
    phone.get_by_role("button", name="Поділитися").click()
    app.says("phone truetrue")
    assert world.next_update("message")["contact"]["user_id"] == world.olena
    app.run(
        """Telegram.WebApp.CloudStorage.setItem("cart", "3", () =>
           Telegram.WebApp.CloudStorage.getItem("cart", (e, v) => say("cloud " + v)))"""
    )
    app.says("cloud 3")
    app.run("Telegram.WebApp.showConfirm('Точно?', (ok) => say('sure ' + ok))")
    expect(phone.get_by_role("dialog", name="Точно?")).to_be_visible()
    page.keyboard.press("Escape")
    app.says("sure false")


def test_closing_is_confirmed_when_the_app_asks(page: Page, world: World) -> None:
    world.control("start", bot="kvitka_bot", user_id=world.olena)
    phone = open_phone(page, world)
    app = open_app(phone)
    app.run("Telegram.WebApp.enableClosingConfirmation()")
    phone.locator(".app-left").click()
    phone.get_by_role("button", name="Скасувати").click()
    expect(phone.locator("iframe")).to_have_count(1)
    phone.locator(".app-left").click()
    phone.get_by_role("button", name="Усе одно закрити").click()
    expect(phone.locator("iframe")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(phone.locator(".talk")).to_have_count(0)


def test_two_shoppers_side_by_side_share_nothing(page: Page, world: World) -> None:
    for person in (world.olena, world.ivan):
        world.control("start", bot="kvitka_bot", user_id=person)
    open_phone(page, world, world.olena, world.ivan)
    first, second = page.locator(".device").all()
    one, other = open_app(first), open_app(second)
    one.run("localStorage.setItem('cart', 'roses')")
    assert other.run("localStorage.getItem('cart')") is None
    one.says("user Олена")
    other.says("user Іван")


def test_a_newcomer_makes_a_bot_on_a_small_screen(browser: Browser, world: World) -> None:
    world.control("reset")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ru-RU")
    page = context.new_page()
    page.goto(world.url)
    page.get_by_role("button", name="Новый человек").click()
    page.locator(".row", has_text="BotFather").click()
    page.get_by_role("button", name="Начать").click()
    page.locator(".bubble .link", has_text="/newbot").click()
    last = page.locator(".bubble").last
    for said, question in (("Тюльпан", "Как его назовём?"), ("tulip_shop_bot", "юзернейм")):
        expect(last).to_contain_text(question)
        page.get_by_role("textbox", name="Сообщение").fill(said)
        page.keyboard.press("Enter")
    expect(last).to_contain_text("Готово!")
    token = page.locator(".bubble .code", has_text=re.compile(r"\d+:[\w-]{35}")).inner_text()
    me = world.http.get(f"/bot{token}/getMe").json()
    assert me["result"]["username"] == "tulip_shop_bot"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    context.close()


def test_the_keyboard_alone_is_enough(page: Page, world: World) -> None:
    world.control("start", bot="kvitka_bot", user_id=world.olena)
    page.goto(f"{world.url}/?users={world.olena}")
    row = page.locator('.row[data-chat^="7"]')
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".talk-head h2")).to_have_text("Квітка")
    page.get_by_role("textbox", name="Повідомлення").focus()
    page.keyboard.type("Добрий день")
    page.keyboard.press("Enter")
    expect(page.locator(".message[data-mine] .bubble").last).to_contain_text("Добрий день")
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
