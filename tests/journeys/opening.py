"""How a merchant comes to a shop with goods, a bot, a staff chat and a CRM, page by page."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.journeys.stage import Stage

GOODS = Path(__file__).parents[1] / "fixtures" / "goods" / "goods_1000.csv"
SHOP, MERCHANT, STAFF_GROUP = "Квітка", "Олена", "Квітка: замовлення"
_IMPORT_MS = 45_000


async def open_shop(stage: Stage) -> None:
    desk = stage.desk
    await desk.page.goto(f"{desk.url}/dashboard/sign-up")
    await stage.album.take(desk.page, "sign-up")
    await desk.sign_up(MERCHANT, f"{stage.slug}@example.com", "довга фраза замість пароля")
    await stage.album.take(desk.page, "new-shop")
    await desk.open_shop(SHOP, stage.slug)
    await stage.album.take(desk.page, "open-shop")


async def fill_shop(stage: Stage) -> None:
    """1,000 rows, with their progress."""
    page = stage.desk.page
    await stage.desk.import_goods(GOODS)
    bar = page.locator("#progress progress")
    await expect(page.locator("#progress h2").first).to_have_text("Готово", timeout=_IMPORT_MS)
    await expect(bar).to_have_attribute("max", "1000")
    await expect(bar).to_have_attribute("value", "1000")
    await expect(page.locator("#progress dd")).to_have_text(["1 000", "0", "0", "0"])
    await stage.album.take(page, "import")


async def make_bot(stage: Stage) -> None:
    """In BotFather's chat; its token is copied into the dashboard."""
    staff = stage.staff
    await staff.page.goto(staff.url)
    await staff.page.get_by_role("button", name="Нова людина").click()
    await staff.open_chat("BotFather")
    await staff.start()
    await staff.say("/newbot")
    await staff.hears("Як його назвемо?")
    await staff.say(SHOP)
    await staff.hears("оберіть юзернейм")
    await staff.say(stage.bot)
    await staff.hears(f"t.me/{stage.bot}")
    await stage.album.take(staff.page, "botfather")
    token = re.search(r"\d+:[\w-]{30,}", await staff.last.inner_text())
    assert token is not None
    await stage.desk.connect_bot(token[0])
    updates = stage.desk.page.locator("#bot-updates")
    await expect(updates).to_contain_text("Telegram надсилає їх")
    await stage.album.take(stage.desk.page, "bot")


async def bring_staff(stage: Stage) -> None:
    """By the links that the dashboard gives: her account, then the group."""
    desk, staff = stage.desk, stage.staff
    person = await stage.control.person(MERCHANT)
    link = await desk.link("Прив’язати мій обліковий запис")
    await staff.show(person, link=link)
    await staff.start()
    await staff.hears(f"{MERCHANT}, тепер ви працюєте в магазині {SHOP}")
    link = await desk.link("Прив’язати групу")
    await stage.album.take(desk.page, "staff-code")
    await staff.show(person, link=link)
    await staff.make_group(STAFF_GROUP)
    await staff.hears(f"Про нові замовлення магазину {SHOP} повідомлятимемо тут")
    await stage.album.take(staff.page, "staff-group")


async def add_crm(stage: Stage) -> str:
    """Returns the secret with which its webhooks are signed."""
    secret = await stage.desk.add_webhook(stage.crm.url)
    assert secret.startswith("whsec_")
    await stage.album.take(stage.desk.page, "webhook")
    return secret
