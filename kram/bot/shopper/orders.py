"""A shopper's own latest orders."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from kram.bot.answer import Answer
from kram.bot.filters import PRIVATE
from kram.bot.shopper.buttons import ShowOrders, open_button, open_shop
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.notify.wording import order_name, status_word
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Words
from kram.kit.db.tx import TenantTx
from kram.shop.customers.models import Customer
from kram.shop.orders.models import Order
from kram.shop.orders.queries import orders_page

SHOWN = 5


def register(router: Router) -> None:
    router.message.register(by_command, PRIVATE, Command("orders"), flags=CUSTOMER)
    router.callback_query.register(by_button, PRIVATE, ShowOrders.filter(), flags=CUSTOMER)


async def by_command(
    message: Message, tx: TenantTx, customer: Customer, words: Words, links: ShopLinks
) -> SendMessage:
    orders = await _latest(tx, customer)
    return message.answer(_text(orders, words), reply_markup=_keyboard(orders, words, links))


async def by_button(
    query: CallbackQuery, tx: TenantTx, customer: Customer, words: Words, links: ShopLinks
) -> Answer:
    if not isinstance(query.message, Message):
        return Answer()  # too old to be written under
    shown = await by_command(query.message, tx, customer, words, links)
    return Answer.of(query.answer(), shown)


async def _latest(tx: TenantTx, customer: Customer) -> list[Order]:
    return list((await orders_page(tx, customer_id=customer.id, limit=SHOWN)).items)


def _text(orders: list[Order], words: Words) -> str:
    return words.render(
        "orders.html",
        orders=[(order_name(order), status_word(order.status, words), order) for order in orders],
    )


def _keyboard(orders: list[Order], words: Words, links: ShopLinks) -> InlineKeyboardMarkup:
    if not orders:
        return open_shop(words, links)
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [open_button(order_name(order), links.order(order.code))] for order in orders
        ]
    )
