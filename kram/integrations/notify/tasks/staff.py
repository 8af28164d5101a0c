"""The order's card in the staff's chat: sent once, edited whenever the order moves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from aiogram.methods import EditMessageText, SendMessage

from kram.integrations.notify import queries
from kram.integrations.notify.card import Card, card_of
from kram.integrations.notify.tasks.outbox import Outbox
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import (
    AnswerLost,
    ChatMigrated,
    NothingSent,
    TelegramFailure,
)
from kram.integrations.telegram.texts import Texts
from kram.kit.db.database import Database
from kram.kit.events.handling import Delivery
from kram.shop.orders.events import OrderEvent, OrderPlaced
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_with_lines
from kram.tenants.bots import set_staff_chat
from kram.tenants.models import Role
from kram.tenants.permissions import Permission, allows
from kram.tenants.queries import staff_of

CARD = "staff.card"
_MOST_EDITS = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StaffCards:
    db: Database
    directory: BotDirectory
    outbox: Outbox
    texts: Texts

    async def show(self, delivery: Delivery[OrderEvent]) -> None:
        """Hears the order's events: the first sends the card, the others edit it.

        Raises what Outbox.send does: it is shown later.
        """
        shop = await self.directory.of_shop(delivery.tenant.id)
        order_id = delivery.message.order_id
        if shop is not None:
            is_new = isinstance(delivery.message, OrderPlaced)
            shown = await self._send(shop, order_id) if is_new else None
            await self._renew(shop, order_id, shown)
        async with delivery.done():
            return

    async def _send(self, shop: ShopBot, order_id: UUID) -> datetime:
        """When the order had last moved as the card shows it."""
        card, moved_at = await self._card(shop, order_id)
        for chat_id in await self._chats(shop):
            try:
                await self.outbox.send(shop, CARD, order_id, _sending(card, chat_id))
            except ChatMigrated as moved:
                await self._move(shop, moved.chat_id)
                await self.outbox.send(shop, CARD, order_id, _sending(card, moved.chat_id))
        return moved_at

    async def _renew(self, shop: ShopBot, order_id: UUID, shown: datetime | None) -> None:
        """Edits until the order has not moved meanwhile: two edits may overtake each other."""
        for _ in range(_MOST_EDITS):
            card, moved_at = await self._card(shop, order_id)
            if moved_at == shown:
                return
            shown = moved_at
            async with self.db.tenant_read(shop.tenant) as tx:
                sent = await queries.sent_messages(tx, CARD, order_id)
            for message in sent:
                await self._edit(shop, _editing(card, message))

    async def _edit(self, shop: ShopBot, edit: EditMessageText) -> None:
        try:
            await self.outbox.outgoing.call(shop, edit)
        except (NothingSent, AnswerLost):
            raise  # an edit may be repeated at will
        except TelegramFailure as error:
            _log.info("card not renewed", shop=shop.tenant.slug, why=str(error))

    async def _card(self, shop: ShopBot, order_id: UUID) -> tuple[Card, datetime]:
        async with self.db.tenant_read(shop.tenant) as tx:
            order: Order | None = await order_with_lines(tx, order_id)
        assert order is not None, "orders are never deleted"
        return card_of(order, self.texts.words(shop.language), shop.timezone), order.updated_at

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


def _sending(card: Card, chat_id: int) -> SendMessage:
    return SendMessage(chat_id=chat_id, text=card.text, reply_markup=card.keyboard)


def _editing(card: Card, message: queries.SentMessage) -> EditMessageText:
    return EditMessageText(
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=card.text,
        reply_markup=card.keyboard,
    )
