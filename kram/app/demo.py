"""The demo shop of `make up`: goods, a bot on the phone, two shoppers and a staff chat."""

from dataclasses import dataclass
from typing import Any

import httpx

from kram.app.bots import needs
from kram.app.process import Core
from kram.app.setup import Demo
from kram.bot.connect import connect_and_configure
from kram.integrations.imports.samples import fill_with_samples
from kram.kit.passwords import hash_password
from kram.tenants import accounts, links, shops
from kram.tenants.actor import Actor
from kram.tenants.models import LinkPurpose, Shop

_BOT_USERNAME = "kvitka_demo_bot"


async def seed(core: Core, demo: Demo) -> None:
    """Runs once, on an empty platform; without the phone's control door the shop has no bot."""
    shop = await _open_shop(core, demo)
    async with core.db.tenant(shop.tenant) as tx:
        await fill_with_samples(tx, shop.currency, shop.language, Actor.system("demo"))
    if core.settings.telegram_control_url is not None:
        await _bring_to_the_phone(core, shop, core.settings.telegram_control_url)


async def _open_shop(core: Core, demo: Demo) -> Shop:
    password_hash = await hash_password(demo.password)
    async with core.db.platform() as tx:
        merchant = await accounts.sign_up(tx, demo.email, password_hash, "Олена", "uk")
        return await shops.create_shop(
            tx,
            merchant.id,
            "Квітка",
            "kvitka",
            "UAH",
            "uk",
            payment_methods=("cod", "sandbox"),
        )


@dataclass(frozen=True, slots=True)
class _Phone:
    """The phone's control door."""

    client: httpx.AsyncClient

    async def post(self, path: str, **content: Any) -> Any:
        answer = await self.client.post(f"/_control/{path}", json=content)
        answer.raise_for_status()
        return answer.json()


async def _bring_to_the_phone(core: Core, shop: Shop, control_url: str) -> None:
    async with httpx.AsyncClient(base_url=control_url, timeout=10) as client:
        phone = _Phone(client)
        bot = await phone.post("bots", name="Квітка", username=_BOT_USERNAME)
        await connect_and_configure(needs(core), shop.id, bot["token"])
        owner = await phone.post("people", first_name="Олена", language_code="uk")
        await phone.post("people", first_name="Марко", language_code="uk")
        await phone.post("people", first_name="Alice", language_code="en")
        group = await phone.post(
            "groups", title="Квітка: замовлення", member_ids=[owner["id"]], bots=[bot["id"]]
        )
        await _link_staff(core, shop, phone, bot["id"], owner["id"], str(group["id"]))


async def _link_staff(
    core: Core, shop: Shop, phone: _Phone, bot_id: int, owner_id: int, group: str
) -> None:
    """What a merchant does by hand: opens the bot by a link, and names the staff chat in it."""
    async with core.db.platform() as tx:
        merchant = await accounts.by_email(tx, "demo@example.com")
        assert merchant is not None
        person = await links.issue_code(tx, shop.id, merchant.id, LinkPurpose.ACCOUNT)
        chat = await links.issue_code(tx, shop.id, merchant.id, LinkPurpose.STAFF_CHAT)
    await phone.post("start", bot=bot_id, user_id=owner_id, payload=f"staff_{person}")
    await phone.post("messages", chat=group, user_id=owner_id, text=f"/staff {chat}")
