"""Messages to the shopper, one per step of their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from kram.integrations.notify.models import NotificationState
from kram.integrations.notify.tasks.outbox import Outbox
from kram.integrations.notify.wording import order_name, payment_words
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Texts
from kram.kit.db.database import Database
from kram.kit.events.handling import Delivery
from kram.shop.customers.models import Customer
from kram.shop.customers.service import mark_reachable
from kram.shop.orders.events import (
    DigitalGiven,
    OrderAccepted,
    OrderCancelled,
    OrderDelivered,
    OrderEdited,
    OrderEvent,
    OrderNoted,
    OrderPlaced,
    OrderRefunded,
    OrderRestCancelled,
    OrderShipped,
    ParcelShipped,
)
from kram.shop.orders.models import DeliveryMethod, Order
from kram.shop.orders.queries import order_with_lines
from kram.shop.orders.track import TrackLinks
from kram.shop.orders.wording import CANCEL_REASONS
from kram.shop.returns.events import ReturnApproved, ReturnDeclined, ReturnEvent, ReturnReceived

ShopperNews = OrderEvent | ReturnEvent

TEMPLATES: Mapping[type[ShopperNews], str] = MappingProxyType(
    {
        OrderPlaced: "placed",
        OrderAccepted: "accepted",
        ParcelShipped: "parcel_shipped",
        OrderShipped: "shipped",
        OrderRestCancelled: "rest_cancelled",
        OrderEdited: "edited",
        OrderNoted: "noted",
        DigitalGiven: "digital_given",
        ReturnApproved: "return_approved",
        ReturnDeclined: "return_declined",
        ReturnReceived: "return_received",
        OrderDelivered: "delivered",
        OrderCancelled: "cancelled",
        OrderRefunded: "refunded",
    }
)
"""Of `templates/bot/status/`. Other events are no news to a shopper."""
_MAY_REPEAT = (DigitalGiven, OrderRestCancelled, OrderEdited, OrderNoted)


@dataclass(frozen=True, slots=True)
class ShopperMessages:
    db: Database
    directory: BotDirectory
    outbox: Outbox
    texts: Texts
    public_url: str
    track: TrackLinks | None = None

    async def tell(self, delivery: Delivery[ShopperNews]) -> None:
        """Hears the order's events. Raises what Outbox.send does: it is told later."""
        shop = await self.directory.of_shop(delivery.tenant.id)
        found = await self._reachable(delivery) if shop is not None else None
        if shop is None or found is None or type(delivery.message) not in TEMPLATES:
            async with delivery.done():
                return
        order, customer = found
        message = self._message(shop, delivery.message, order, customer)
        kind = f"shopper.{TEMPLATES[type(delivery.message)]}"
        outcome = await self.outbox.send(shop, kind, _subject(delivery), message)
        async with delivery.done() as tx:
            if outcome is NotificationState.UNREACHABLE and customer.telegram_id is not None:
                await mark_reachable(tx, customer.telegram_id, reachable=False)

    async def _reachable(self, delivery: Delivery[ShopperNews]) -> tuple[Order, Customer] | None:
        """The order and its customer, if the bot may write to them."""
        async with self.db.tenant_read(delivery.tenant) as tx:
            order = await order_with_lines(tx, delivery.message.order_id)
            if order is None:
                return None
            customer = await tx.get(Customer, order.customer_id)
        if customer is None or customer.telegram_id is None or not customer.can_message:
            return None
        if _told_before(delivery.message, order):
            return None
        return order, customer

    def _track(self, shop: ShopBot, order: Order) -> str:
        """A link to pass on; empty where links are not signed."""
        if self.track is None:
            return ""
        links = ShopLinks(self.public_url, shop.tenant.slug)
        return f"{links.shop}track/{self.track.token(shop.tenant.id, order.code)}"

    def _message(
        self, shop: ShopBot, event: ShopperNews, order: Order, customer: Customer
    ) -> SendMessage:
        assert customer.telegram_id is not None
        words = self.texts.words(order.language)
        links = ShopLinks(self.public_url, shop.tenant.slug)
        button = InlineKeyboardButton(
            text=words("Open the order"),
            web_app=WebAppInfo(url=links.order(order.code)),
            style="primary",
        )
        text = words.render(
            f"status/{TEMPLATES[type(event)]}.html",
            shop=shop.shop_name,
            order=order,
            name=order_name(order),
            event=event,
            track=self._track(shop, order),
            payment=payment_words(order, words),
            expired=isinstance(event, OrderCancelled) and event.expired,
            reason=_reason(event),
        )
        return SendMessage(
            chat_id=customer.telegram_id,
            text=text,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        )


def _reason(event: ShopperNews) -> str:
    """What the shop says; whoever chose a reason themselves need not be told."""
    if not isinstance(event, OrderCancelled) or event.reason in CANCEL_REASONS:
        return ""
    return event.reason


def _told_before(event: ShopperNews, order: Order) -> bool:
    """What is not sent has arrived when it was given, of which there is a message."""
    return isinstance(event, OrderDelivered) and order.delivery_method == DeliveryMethod.DIGITAL


def _subject(delivery: Delivery[ShopperNews]) -> UUID:
    """What a message is about: it is sent once for each. Some news may come again and again."""
    event = delivery.message
    if isinstance(event, ParcelShipped):
        return event.parcel_id
    if isinstance(event, ReturnEvent):
        return event.return_id
    return delivery.row_id if isinstance(event, _MAY_REPEAT) else event.order_id
