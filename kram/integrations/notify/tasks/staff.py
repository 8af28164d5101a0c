"""What the staff hears: an order's card, edited whenever the order moves, and what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import structlog
from aiogram.methods import EditMessageText

from kram.billing.payments.events import PaymentHeld, RefundFailed
from kram.integrations.notify import queries
from kram.integrations.notify.card import Card, card_of
from kram.integrations.notify.tasks.outbox import Outbox
from kram.integrations.notify.tasks.staff_chat import StaffChat
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.errors import AnswerLost, NothingSent, TelegramFailure
from kram.integrations.telegram.texts import Texts
from kram.kit.db.database import Database
from kram.kit.events.handling import Delivery
from kram.shop.orders.events import OrderEvent, OrderPlaced
from kram.shop.orders.models import Order
from kram.shop.orders.queries import order_with_lines
from kram.shop.returns.events import ReturnRequested

Trouble = PaymentHeld | RefundFailed | ReturnRequested
StaffNews = OrderEvent | Trouble

CARD = "staff.card"
_MOST_EDITS = 4
_ALERTS: Mapping[type, str] = MappingProxyType(
    {
        PaymentHeld: "payment_held",
        RefundFailed: "refund_failed",
        ReturnRequested: "return_requested",
    }
)
"""Templates of `templates/bot/alert/`."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StaffCards:
    db: Database
    directory: BotDirectory
    outbox: Outbox
    texts: Texts

    async def show(self, delivery: Delivery[StaffNews]) -> None:
        """A placed order sends its card, its other events edit it; what waits for a person is told.

        Raises what Outbox.send does: it is shown later.
        """
        shop = await self.directory.of_shop(delivery.tenant.id)
        if shop is not None:
            await self._tell(shop, delivery)
        async with delivery.done():
            return

    async def _tell(self, shop: ShopBot, delivery: Delivery[StaffNews]) -> None:
        match delivery.message:
            case PaymentHeld() | RefundFailed() | ReturnRequested() as trouble:
                await self._alert(shop, delivery.row_id, trouble)
            case OrderPlaced(order_id=order_id):
                await self._renew(shop, order_id, await self._send(shop, order_id))
            case OrderEvent(order_id=order_id):
                await self._renew(shop, order_id, None)

    async def _alert(self, shop: ShopBot, subject_id: UUID, event: Trouble) -> None:
        template = _ALERTS[type(event)]
        words = self.texts.words(shop.language)
        text = words.render(f"alert/{template}.html", event=event)
        await self._chat.send(shop, f"staff.{template}", subject_id, text)

    async def _send(self, shop: ShopBot, order_id: UUID) -> datetime:
        """When the order had last moved as the card shows it."""
        card, moved_at = await self._card(shop, order_id)
        await self._chat.send(shop, CARD, order_id, card.text, card.keyboard)
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

    @property
    def _chat(self) -> StaffChat:
        return StaffChat(self.db, self.directory, self.outbox)


def _editing(card: Card, message: queries.SentMessage) -> EditMessageText:
    return EditMessageText(
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=card.text,
        reply_markup=card.keyboard,
    )
