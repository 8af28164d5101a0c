"""Whether the bot may write to a person: they start, block and unblock it."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from kram.bot.filters import PRIVATE
from kram.kit.db.tx import TenantTx
from kram.shop.customers.service import mark_reachable

_GONE = (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT)


def register(router: Router) -> None:
    router.my_chat_member.register(changed, PRIVATE)


async def changed(event: ChatMemberUpdated, tx: TenantTx) -> None:
    reachable = event.new_chat_member.status not in _GONE
    await mark_reachable(tx, event.from_user.id, reachable)
