"""The shopper's buttons."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Words


class ShowOrders(CallbackData, prefix="my"):
    pass


class ChooseLanguage(CallbackData, prefix="lang"):
    code: str


def open_button(text: str, url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, web_app=WebAppInfo(url=url), style="primary")


def open_shop(words: Words, links: ShopLinks) -> InlineKeyboardMarkup:
    return one_button(open_button(words("Open the shop"), links.shop))


def one_button(button: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button]])
