"""The staff's group changes under the shop's feet."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.filters import Filter
from aiogram.types import ChatMemberUpdated, Message

from kram.bot.filters import InGroup
from kram.bot.transaction import PLATFORM
from kram.integrations.telegram.bots import ShopBot
from kram.kit.db.tx import PlatformTx
from kram.tenants.bots import bot_of_shop, set_staff_chat

_GONE = (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT)


class Migrates(Filter):
    """A group became a supergroup, under another id."""

    async def __call__(self, message: Message) -> bool:
        return message.migrate_to_chat_id is not None


def register(router: Router) -> None:
    router.message.register(moved, InGroup(), Migrates(), flags=PLATFORM)
    router.my_chat_member.register(removed, InGroup(), flags=PLATFORM)


async def moved(message: Message, tx: PlatformTx, shop: ShopBot) -> None:
    if await _is_staff_chat(tx, shop, message.chat.id):
        await set_staff_chat(tx, shop.tenant.id, message.migrate_to_chat_id)


async def removed(event: ChatMemberUpdated, tx: PlatformTx, shop: ShopBot) -> None:
    gone = event.new_chat_member.status in _GONE
    if gone and await _is_staff_chat(tx, shop, event.chat.id):
        await set_staff_chat(tx, shop.tenant.id, None)


async def _is_staff_chat(tx: PlatformTx, shop: ShopBot, chat_id: int) -> bool:
    bot = await bot_of_shop(tx, shop.tenant.id)
    return bot is not None and bot.staff_chat_id == chat_id
