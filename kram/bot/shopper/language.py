"""The language in which this shop's bot and Mini App speak to the person."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from kram.bot.answer import Answer
from kram.bot.filters import PRIVATE
from kram.bot.shopper.buttons import ChooseLanguage
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.telegram.texts import Texts, Words
from kram.kit.i18n import Language, is_spoken
from kram.shop.customers.models import Customer

_OWN_NAMES: dict[Language, str] = {"uk": "Українська", "ru": "Русский", "en": "English"}


def register(router: Router) -> None:
    router.message.register(ask, PRIVATE, Command("language", "settings"), flags=CUSTOMER)
    router.callback_query.register(choose, PRIVATE, ChooseLanguage.filter(), flags=CUSTOMER)


async def ask(message: Message, words: Words) -> SendMessage:
    return message.answer(words.html("Choose a language"), reply_markup=_keyboard())


async def choose(
    query: CallbackQuery, callback_data: ChooseLanguage, customer: Customer, texts: Texts
) -> Answer:
    if not is_spoken(callback_data.code):
        return Answer()
    customer.language = callback_data.code
    words = texts.words(callback_data.code)
    text = words("From now on we speak English")
    answer = Answer.of(query.answer(text))
    if isinstance(query.message, Message):
        answer = Answer.of(*answer.calls, query.message.edit_text(text))
    return answer


def _keyboard() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=name, callback_data=ChooseLanguage(code=code).pack())]
            for code, name in _OWN_NAMES.items()
        ]
    )
