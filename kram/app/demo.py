"""The demo shop of `make up`: goods, a bot on the phone, two shoppers and a staff chat."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from kram.app.bots import needs
from kram.app.process import Core
from kram.bot.connect import connect_and_configure
from kram.integrations.imports.samples import fill_with_samples
from kram.kit.passwords import hash_password
from kram.shop.catalog.queries import count_products
from kram.tenants import accounts, links, shops
from kram.tenants.actor import Actor
from kram.tenants.models import LinkPurpose, Shop

_BOT_USERNAME = "kvitka_demo_bot"


async def seed(core: Core, email: str, password: str) -> None:
    """Makes what is missing, so that a start that was interrupted is taken up by the next.

    Without the phone's control door the shop has no bot.
    """
    merchant_id, shop = await _open_shop(core, email, password)
    async with core.db.tenant(shop.tenant) as tx:
        if not any((await count_products(tx)).values()):
            await fill_with_samples(tx, shop.currency, shop.language, Actor.system("demo"))
    if core.settings.telegram_control_url is not None:
        await _bring_to_the_phone(core, merchant_id, shop, core.settings.telegram_control_url)


async def _open_shop(core: Core, email: str, password: str) -> tuple[UUID, Shop]:
    password_hash = await hash_password(password)
    async with core.db.platform() as tx:
        merchant = await accounts.by_email(tx, email)
        if merchant is not None:
            [access, *_] = await shops.shops_of(tx, merchant.id)
            return merchant.id, access.shop
        merchant = await accounts.sign_up(tx, email, password_hash, "Олена", "uk")
        shop = await shops.create_shop(
            tx,
            merchant.id,
            "Квітка",
            "kvitka",
            "UAH",
            "uk",
            payment_methods=("cod", "sandbox"),
        )
    return merchant.id, shop


@dataclass(frozen=True, slots=True)
class _Phone:
    """The phone's control door."""

    client: httpx.AsyncClient

    async def post(self, path: str, **content: Any) -> Any:
        answer = await self.client.post(f"/_control/{path}", json=content)
        answer.raise_for_status()
        return answer.json()

    async def bot(self) -> Any:
        known = (await self.client.get("/_control/bots")).json()
        ours = [bot for bot in known if bot["username"] == _BOT_USERNAME]
        return ours[0] if ours else await self.post("bots", name="Квітка", username=_BOT_USERNAME)


async def _bring_to_the_phone(core: Core, merchant_id: UUID, shop: Shop, control_url: str) -> None:
    async with httpx.AsyncClient(base_url=control_url, timeout=10) as client:
        phone = _Phone(client)
        bot = await phone.bot()
        owner = await phone.post("people", first_name="Олена", language_code="uk")
        await phone.post("people", first_name="Марко", language_code="uk")
        await phone.post("people", first_name="Alice", language_code="en")
        await connect_and_configure(needs(core), shop.id, bot["token"])
        group = await phone.post(
            "groups", title="Квітка: замовлення", member_ids=[owner["id"]], bots=[bot["id"]]
        )
        account = await _code(core, merchant_id, shop, LinkPurpose.ACCOUNT)
        await phone.post("start", bot=bot["id"], user_id=owner["id"], payload=f"staff_{account}")
        staff_chat = await _code(core, merchant_id, shop, LinkPurpose.STAFF_CHAT)
        await phone.post(
            "messages", chat=str(group["id"]), user_id=owner["id"], text=f"/staff {staff_chat}"
        )


async def _code(core: Core, merchant_id: UUID, shop: Shop, purpose: LinkPurpose) -> str:
    """What a merchant is shown in the dashboard, to open the bot with or to post in the group."""
    async with core.db.platform() as tx:
        return await links.issue_code(tx, shop.id, merchant_id, purpose)
