"""The main job, whole, through the pages that people see: from sign-up to a shipped order."""

from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import expect

from kram.app.settings import Settings
from tests.browser.storefront import Storefront
from tests.journeys.ledger import Ledger
from tests.journeys.opening import (
    MERCHANT,
    SHOP,
    STAFF_GROUP,
    add_crm,
    bring_staff,
    fill_shop,
    make_bot,
    open_shop,
)
from tests.journeys.stage import Stage, bot_listens, staged

pytestmark = pytest.mark.anyio

RING, SKU = "Каблучка Coach Maxi YEXB-1816 коричнева", "SKU000006"
"""8 509 ₴, 83 in stock."""
TRACKING = "20450000000000"


async def test_a_shop_is_opened_filled_and_sells_its_first_order(
    settings: Settings, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    async with staged(settings, tmp_path, "first-sale") as stage:
        await open_shop(stage)
        await fill_shop(stage)
        await make_bot(stage)
        await bring_staff(stage)
        secret = await add_crm(stage)
        shopper = await stage.control.new_person("Марко")
        await _choose(stage, shopper)
        await _buy(stage)
        await _ship(stage)
        await _shopper_sees(stage, shopper)
        await _merchant_sees(stage)
        ledger = Ledger(owner, stage.slug)
        await ledger.quiet()
        await _books_are_right(ledger)
        await _staff_was_told_once(stage)
        _crm_was_told_once(stage, secret)


async def _choose(stage: Stage, shopper: int) -> None:
    """From the bot's chat into the Mini App, to a ring by search, two of them into the cart."""
    phone, shop = stage.shopper, Storefront(stage.shopper)
    await phone.show(shopper, bot=stage.bot)
    await phone.start()
    await phone.hears(SHOP, "Вітаємо!")
    await stage.album.take(phone.page, "bot-start")
    await phone.open_mini_app()
    await expect(shop.cards).to_have_count(24)
    await stage.album.take(phone.page, "mini-app")
    await shop.search("каблучка coach maxi", found=1)
    await stage.album.take(phone.page, "search")
    await shop.open_product(RING)
    await expect(shop.frame.locator("[data-price]")).to_have_text("8 509 ₴")
    await shop.frame.get_by_role("button", name="На один більше").click()
    await stage.album.take(phone.page, "product")
    await phone.press_main_button("До кошика · 17 018 ₴")


async def _buy(stage: Stage) -> None:
    phone, shop = stage.shopper, Storefront(stage.shopper)
    await shop.open_cart()
    await expect(shop.frame.locator("[data-total]")).to_have_text("17 018 ₴")
    await stage.album.take(phone.page, "cart")
    await phone.press_main_button("Оформити замовлення · 17 018 ₴")
    await shop.fill_checkout(
        recipient="Марко Поло",
        number="+380 67 123 45 67",
        address="Київ, Хрещатик 1",
        payment="cod",
    )
    sums = shop.frame.locator("[data-sums] dd")
    await expect(sums).to_have_text(["17 018 ₴", "90 ₴", "17 108 ₴"])
    await stage.album.take(phone.page, "checkout")
    await phone.press_main_button("Підтвердити замовлення · 17 108 ₴")
    await shop.sees_order("№ 1001", total="17 108 ₴")
    await stage.album.take(phone.page, "order")


async def _ship(stage: Stage) -> None:
    """All on the staff's phone, in the group."""
    staff = stage.staff
    await staff.hears("Замовлення №1001 · Нове", RING, "17 108 ₴", "Марко Поло")
    await stage.album.take(staff.page, "staff-card")
    await staff.press("Прийняти")
    await staff.press("Відправити")
    await staff.hears(MERCHANT, "номер відстеження замовлення №1001")
    await bot_listens(stage)
    await stage.album.take(staff.page, "staff-asked")
    await staff.say(TRACKING)
    await staff.hears(f"Замовлення №1001: Відправлено {TRACKING}")
    await stage.album.take(staff.page, "staff-shipped")


async def _shopper_sees(stage: Stage, shopper: int) -> None:
    """In the Mini App, which was open all the time, and then in the chat."""
    phone, shop = stage.shopper, Storefront(stage.shopper)
    await expect(shop.frame.locator("[data-order] .tracking")).to_have_text(TRACKING)
    await shop.hears("Ваше замовлення в дорозі")
    await stage.album.take(phone.page, "order-shipped")
    await shop.back_to_shop()
    await phone.close_mini_app()
    await phone.hears("Ваше замовлення №1001 у дорозі", TRACKING)
    await stage.album.take(phone.page, "shopper-messages")
    said = await stage.control.texts(shopper, SHOP)
    assert [text.splitlines()[0] for text in said] == [
        "/start",
        "Квітка",
        "Дякуємо! Ваше замовлення №1001 уже в магазині Квітка.",
        "Квітка: ваше замовлення №1001 прийнято, його вже готують.",
        "Ваше замовлення №1001 у дорозі.",
    ]


async def _staff_was_told_once(stage: Stage) -> None:
    said = await stage.control.texts(await stage.control.person(MERCHANT), STAFF_GROUP)
    assert [text.splitlines()[0] for text in said[1:]] == [
        "Про нові замовлення магазину Квітка повідомлятимемо тут",
        "Замовлення №1001 · Відправлено",
        "Олена, надішліть у відповідь на це повідомлення номер відстеження замовлення №1001",
        TRACKING,
        f"Замовлення №1001: Відправлено {TRACKING}",
    ]


def _crm_was_told_once(stage: Stage, secret: str) -> None:
    """By the public library's own verifier."""
    heard = [received.verified_by(secret) for received in stage.crm.received]
    assert [content["type"] for content in heard] == [
        "order.placed.v1",
        "order.accepted.v1",
        "order.shipped.v1",
    ]
    for content, status in zip(heard, ("placed", "accepted", "shipped"), strict=True):
        data = content["data"]
        assert isinstance(data, dict)
        assert (data["number"], data["status"], data["total_minor"], data["currency"]) == (
            1001,
            status,
            1_710_800,
            "UAH",
        )


async def _books_are_right(ledger: Ledger) -> None:
    assert await ledger.order() == {
        "number": 1001,
        "status": "shipped",
        "payment_state": "unpaid",
        "subtotal_minor": 1_701_800,
        "delivery_minor": 9_000,
        "total_minor": 1_710_800,
        "currency": "UAH",
        "tracking": TRACKING,
    }
    assert await ledger.stock(SKU) == (81, 0)


async def _merchant_sees(stage: Stage) -> None:
    desk = stage.desk
    await desk.go("orders")
    row = desk.page.locator("#rows tr")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("№ 1001")
    await expect(row).to_contain_text("17 108 ₴")
    await stage.album.take(desk.page, "orders")
    await row.get_by_role("link").click()
    steps = desk.page.locator(".timeline strong")
    await expect(steps).to_have_text(["Відправлено", "Прийнято магазином", "Замовлення оформлено"])
    await stage.album.take(desk.page, "order-page")
    await desk.go()
    await stage.album.take(desk.page, "home")
