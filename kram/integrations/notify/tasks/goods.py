"""News of goods: to the staff when they run low, to a shopper who waited for them."""

from dataclasses import dataclass

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from kram.integrations.notify.models import NotificationState
from kram.integrations.notify.tasks.outbox import Outbox
from kram.integrations.notify.tasks.staff_chat import StaffChat
from kram.integrations.telegram.bots import BotDirectory, ShopBot
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Texts
from kram.kit.db.database import Database
from kram.kit.events.handling import Delivery
from kram.shop.catalog.queries import Offer, offers
from kram.shop.customers.models import Customer
from kram.shop.customers.service import mark_reachable
from kram.shop.inventory.events import BackInStock, StockLow
from kram.shop.inventory.queries import waiting
from kram.shop.inventory.service import available

_MOST_LINES = 15


@dataclass(frozen=True, slots=True)
class StockAlerts:
    db: Database
    directory: BotDirectory
    outbox: Outbox
    texts: Texts

    async def show(self, delivery: Delivery[StockLow]) -> None:
        """Hears `stock.low.v1`. Raises what Outbox.send does: it is told later."""
        shop = await self.directory.of_shop(delivery.tenant.id)
        if shop is not None:
            text = await self._text(shop, delivery)
            chat = StaffChat(self.db, self.directory, self.outbox)
            await chat.send(shop, "staff.stock_low", delivery.row_id, text)
        async with delivery.done():
            return

    async def _text(self, shop: ShopBot, delivery: Delivery[StockLow]) -> str:
        left = {goods.variant_id: goods.left for goods in delivery.message.goods}
        async with self.db.tenant_read(delivery.tenant) as tx:
            sold = await offers(tx, list(left))
        lines = [
            (sold[variant_id], units) for variant_id, units in left.items() if variant_id in sold
        ]
        return self.texts.words(shop.language).render(
            "alert/stock_low.html", lines=lines[:_MOST_LINES], more=len(lines[_MOST_LINES:])
        )


@dataclass(frozen=True, slots=True)
class GoodsNews:
    db: Database
    directory: BotDirectory
    outbox: Outbox
    texts: Texts
    public_url: str

    async def tell(self, delivery: Delivery[BackInStock]) -> None:
        """Hears `stock.back_in_stock.v1`. Who comes too late for the units goes on waiting.

        Raises what Outbox.send does: it is told later.
        """
        shop = await self.directory.of_shop(delivery.tenant.id)
        found = await self._news(delivery) if shop is not None else None
        if shop is None or found is None:
            async with delivery.done():
                return
        offer, customer, is_there = found
        if not is_there:
            async with delivery.done() as tx:
                await waiting.subscribe(tx, offer.variant_id, customer.id)
            return
        message = self._message(shop, offer, customer)
        outcome = await self.outbox.send(shop, "shopper.back_in_stock", delivery.row_id, message)
        async with delivery.done() as tx:
            if outcome is NotificationState.UNREACHABLE and customer.telegram_id is not None:
                await mark_reachable(tx, customer.telegram_id, reachable=False)

    async def _news(self, delivery: Delivery[BackInStock]) -> tuple[Offer, Customer, bool] | None:
        """What is sold, who asked, and whether it is still there; None if nobody can be told."""
        variant_id = delivery.message.variant_id
        async with self.db.tenant_read(delivery.tenant) as tx:
            sold = await offers(tx, [variant_id], customer_id=delivery.message.customer_id)
            offer = sold.get(variant_id)
            customer = await tx.get(Customer, delivery.message.customer_id)
            units = (await available(tx, [variant_id]))[variant_id]
        if offer is None or customer is None or customer.telegram_id is None:
            return None
        return (offer, customer, units > 0) if customer.can_message else None

    def _message(self, shop: ShopBot, offer: Offer, customer: Customer) -> SendMessage:
        assert customer.telegram_id is not None
        words = self.texts.words(customer.language)
        links = ShopLinks(self.public_url, shop.tenant.slug)
        button = InlineKeyboardButton(
            text=words("Open it in the shop"),
            web_app=WebAppInfo(url=links.product(offer.slug)),
            style="primary",
        )
        return SendMessage(
            chat_id=customer.telegram_id,
            text=words.render("status/back_in_stock.html", offer=offer, shop=shop.shop_name),
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        )
