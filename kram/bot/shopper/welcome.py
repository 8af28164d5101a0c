"""Start: the first word of every chat, often with a link's payload."""

from aiogram import Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from kram.bot.filters import PRIVATE
from kram.bot.shopper.buttons import ShowOrders, open_button
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Words


def register(router: Router) -> None:
    router.message.register(welcome, PRIVATE, CommandStart(), flags=CUSTOMER)


async def welcome(
    message: Message, command: CommandObject, shop: ShopBot, words: Words, links: ShopLinks
) -> SendMessage:
    text = words.render("welcome.html", shop=shop.shop_name, text=shop.settings.welcome)
    return message.answer(text, reply_markup=_keyboard(command.args or "", shop, words, links))


def _keyboard(payload: str, shop: ShopBot, words: Words, links: ShopLinks) -> InlineKeyboardMarkup:
    rows = [[button] for button in _linked(payload, words, links)]
    rows.append([open_button(words("Open the shop"), links.shop)])
    if shop.settings.shows_orders:
        my_orders = ShowOrders().pack()
        rows.append([InlineKeyboardButton(text=words("My orders"), callback_data=my_orders)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _linked(payload: str, words: Words, links: ShopLinks) -> list[InlineKeyboardButton]:
    """What a `t.me/bot?start=…` link led to; nothing for a payload that says nothing to us."""
    kind, separator, name = payload.partition("_")
    if not (separator and name):
        return []
    match kind:
        case "p":
            return [open_button(words("Open the product"), links.product(name))]
        case "c":
            return [open_button(words("Open the category"), links.category(name))]
        case "o":
            return [open_button(words("Open the order"), links.order(name))]
        case _:
            return []
