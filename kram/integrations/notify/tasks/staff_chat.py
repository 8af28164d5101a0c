"""Where the staff is spoken to, and speaking to it."""

from dataclasses import dataclass
from uuid import UUID

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardMarkup

from kram.integrations.notify.tasks.outbox import Outbox
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import ChatMigrated
from kram.kit.db.database import Database
from kram.tenants.bots import set_staff_chat
from kram.tenants.models import Role
from kram.tenants.permissions import Permission, allows
from kram.tenants.queries import staff_of


@dataclass(frozen=True, slots=True)
class StaffChat:
    db: Database
    directory: BotDirectory
    outbox: Outbox

    async def send(
        self,
        shop: ShopBot,
        kind: str,
        subject_id: UUID,
        text: str,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """To everybody concerned, once each. Raises what Outbox.send does: come again later."""
        for chat_id in await self._chats(shop):
            message = SendMessage(chat_id=chat_id, text=text, reply_markup=keyboard)
            try:
                await self.outbox.send(shop, kind, subject_id, message)
            except ChatMigrated as moved:
                await self._move(shop, moved.chat_id)
                again = message.model_copy(update={"chat_id": moved.chat_id})
                await self.outbox.send(shop, kind, subject_id, again)

    async def _chats(self, shop: ShopBot) -> list[int]:
        """The staff's group; without one, those who linked their account and may accept."""
        if shop.staff_chat_id is not None:
            return [shop.staff_chat_id]
        async with self.db.platform() as tx:
            members = await staff_of(tx, shop.tenant.id)
        return [
            member.telegram_id
            for member in members
            if member.telegram_id is not None
            and allows(Role(member.role), Permission.ORDERS_ACCEPT)
        ]

    async def _move(self, shop: ShopBot, chat_id: int) -> None:
        async with self.db.platform() as tx:
            await set_staff_chat(tx, shop.tenant.id, chat_id)
        self.directory.forget(shop.tenant.id)
