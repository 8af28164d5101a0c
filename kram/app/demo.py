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
from kram.tenants.models import LinkPurpose, Merchant, Shop

_GROUP = "Квітка: замовлення"


async def seed(core: Core, email: str, password: str, bot_username: str) -> None:
    """Makes what is missing, so that a start that was interrupted is taken up by the next.

    Without the phone's control door the shop has no bot.
    """
    merchant, shop = await _open_shop(core, email, password)
    async with core.db.tenant(shop.tenant) as tx:
        if not any((await count_products(tx)).values()):
            await fill_with_samples(tx, shop.currency, shop.language, Actor.system("demo"))
    if core.settings.telegram_control_url is not None:
        async with httpx.AsyncClient(
            base_url=core.settings.telegram_control_url, timeout=10
        ) as client:
            await _bring_to_the_phone(core, merchant, shop, _Phone(client, bot_username))


async def _open_shop(core: Core, email: str, password: str) -> tuple[Merchant, Shop]:
    password_hash = await hash_password(password)
    async with core.db.platform() as tx:
        merchant = await accounts.by_email(tx, email)
        if merchant is not None:
            [access, *_] = await shops.shops_of(tx, merchant.id)
            return merchant, access.shop
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
    return merchant, shop


@dataclass(frozen=True, slots=True)
class _Phone:
    """The phone's control door. What is there already is found, not made again."""

    client: httpx.AsyncClient
    bot_username: str

    async def post(self, path: str, **content: Any) -> Any:
        answer = await self.client.post(f"/_control/{path}", json=content)
        answer.raise_for_status()
        return answer.json()

    async def bot(self) -> Any:
        found = await self._found("bots", username=self.bot_username)
        return found or await self.post("bots", name="Квітка", username=self.bot_username)

    async def person(self, name: str, language: str) -> Any:
        found = await self._found("people", first_name=name, language_code=language)
        return found or await self.post("people", first_name=name, language_code=language)

    async def group(self, owner: Any, bot: Any) -> Any:
        found = await self._found(f"chats?user_id={owner['id']}", title=_GROUP)
        return found or await self.post(
            "groups", title=_GROUP, member_ids=[owner["id"]], bots=[bot["id"]]
        )

    async def _found(self, path: str, **wanted: str) -> Any:
        known = (await self.client.get(f"/_control/{path}")).raise_for_status().json()
        return next((one for one in known if wanted.items() <= one.items()), None)


async def _bring_to_the_phone(core: Core, merchant: Merchant, shop: Shop, phone: _Phone) -> None:
    bot = await phone.bot()
    owner = await phone.person("Олена", "uk")
    await phone.person("Марко", "uk")
    await phone.person("Alice", "en")
    await connect_and_configure(needs(core), shop.id, bot["token"])
    group = await phone.group(owner, bot)
    if merchant.telegram_id is None:
        account = await _code(core, merchant.id, shop, LinkPurpose.ACCOUNT)
        await phone.post("start", bot=bot["id"], user_id=owner["id"], payload=f"staff_{account}")
    staff_chat = await _code(core, merchant.id, shop, LinkPurpose.STAFF_CHAT)
    await phone.post(
        "messages", chat=str(group["id"]), user_id=owner["id"], text=f"/staff {staff_chat}"
    )


async def _code(core: Core, merchant_id: UUID, shop: Shop, purpose: LinkPurpose) -> str:
    """What a merchant is shown in the dashboard, to open the bot with or to post in the group."""
    async with core.db.platform() as tx:
        return await links.issue_code(tx, shop.id, merchant_id, purpose)
