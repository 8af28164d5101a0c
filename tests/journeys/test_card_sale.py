"""Paid by card on the acquirer's page, and given back from the dashboard."""

import re
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Page, expect

from kram.app.settings import Settings
from kram.kit.db.database import Database
from tests.browser.storefront import Storefront
from tests.journeys.ledger import Ledger
from tests.journeys.planting import PASSWORD, Goods, plant_bot, plant_shop
from tests.journeys.stage import Stage, staged

pytestmark = pytest.mark.anyio

KETTLE = Goods("Чайник", "KETTLE", 125_000, 5)
GOOD_CARD = "4242 4242 4242 4242"


async def test_an_order_is_paid_by_card_and_the_money_given_back(
    settings: Settings, tmp_path: Path, db: Database, owner: asyncpg.Connection
) -> None:
    async with staged(settings, tmp_path, "card-sale") as stage:
        await plant_shop(db, stage, KETTLE)
        await stage.desk.sign_in(f"{stage.slug}@example.com", PASSWORD)
        await plant_bot(stage)
        ledger = Ledger(owner, stage.slug)
        shopper = await stage.control.new_person("Марко")
        acquirer = await _order(stage, shopper)
        await _pay(stage, acquirer)
        assert await ledger.order() == _order_row("paid")
        assert await ledger.payment() == _payment_row(refunded_minor=0)
        await _give_back(stage)
        await _shopper_sees(stage)
        await ledger.quiet()
        assert await ledger.order() == _order_row("refunded")
        assert await ledger.payment() == _payment_row(refunded_minor=125_000)
        assert await ledger.stock(KETTLE.sku) == (5, 1)
        await _shopper_was_told_once(stage, shopper)


async def _order(stage: Stage, shopper: int) -> Page:
    """Fetched from the shop, so without delivery; returns the acquirer's page in its own tab."""
    phone, shop = stage.shopper, Storefront(stage.shopper)
    await phone.show(shopper, bot=stage.bot)
    await phone.start()
    await phone.press("Відкрити магазин")
    await shop.open_product(KETTLE.title)
    await phone.press_main_button("До кошика · 1 250 ₴")
    await shop.open_cart()
    await phone.press_main_button("Оформити замовлення")
    await shop.fill_checkout(recipient="Марко Поло", number="+380671234567", payment="sandbox")
    await stage.album.take(phone.page, "checkout")
    await phone.press_main_button("Оплатити · 1 250 ₴")
    await stage.album.take(phone.page, "leaving")
    async with phone.page.context.expect_page() as opened:
        await phone.glass.get_by_role("button", name="Відкрити", exact=True).click()
    return await opened.value


async def _pay(stage: Stage, acquirer: Page) -> None:
    phone, shop = stage.shopper, Storefront(stage.shopper)
    await expect(acquirer.locator(".bill .amount")).to_have_text("1 250,00 ₴")
    await stage.album.take(phone.page, "order-unpaid")
    await stage.album.take(acquirer, "acquirer")
    await acquirer.get_by_role("link", name=GOOD_CARD).click()
    await acquirer.get_by_role("button", name="Оплатити 1 250,00 ₴").click()
    await expect(acquirer).to_have_url(re.compile(f"^{re.escape(stage.desk.url)}/m/{stage.slug}/"))
    await stage.album.take(acquirer, "returned")
    await acquirer.close()
    await shop.sees_order("№ 1001", total="1 250 ₴")
    await shop.hears("Дякуємо за замовлення!")
    await stage.album.take(phone.page, "order-paid")


async def _give_back(stage: Stage) -> None:
    desk = stage.desk
    await desk.go("orders")
    await desk.page.locator("#rows tr").get_by_role("link").click()
    await expect(desk.main).to_contain_text("Замовлення 1001")
    await stage.album.take(desk.page, "order-page")
    give_back = desk.page.locator("details.confirm", has_text="Повернути гроші")
    await give_back.locator("summary").click()
    await stage.album.take(desk.page, "refund")
    await give_back.get_by_role("button", name="Повернути гроші").click()
    await expect(desk.page.locator(".toast")).to_be_visible()
    await stage.album.take(desk.page, "refunding")


async def _shopper_sees(stage: Stage) -> None:
    phone, shop = stage.shopper, Storefront(stage.shopper)
    await shop.hears("Ваші гроші повернуто")
    await stage.album.take(phone.page, "order-refunded")
    await shop.back_to_shop()
    await phone.close_mini_app()
    await phone.hears("Ми повернули 1 250 ₴")
    await stage.album.take(phone.page, "messages")


async def _shopper_was_told_once(stage: Stage, shopper: int) -> None:
    said = await stage.control.texts(shopper, "Квітка")
    assert [text.splitlines()[0].replace("\xa0", " ") for text in said] == [
        "/start",
        "Квітка",
        "Дякуємо! Ваше замовлення №1001 уже в магазині Квітка.",
        "Ми повернули 1 250 ₴ за ваше замовлення №1001.",
    ]


def _order_row(payment_state: str) -> dict[str, object]:
    return {
        "number": 1001,
        "status": "placed",
        "payment_state": payment_state,
        "subtotal_minor": 125_000,
        "delivery_minor": 0,
        "total_minor": 125_000,
        "currency": "UAH",
        "tracking": "",
    }


def _payment_row(*, refunded_minor: int) -> dict[str, object]:
    return {
        "provider": "sandbox",
        "status": "succeeded",
        "amount_minor": 125_000,
        "captured_minor": 125_000,
        "refunded_minor": refunded_minor,
    }
