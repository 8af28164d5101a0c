"""Everything that no other handler understood: a person is never left without an answer."""

from aiogram import Router
from aiogram.enums import ContentType
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message

from kram.bot.answer import Answer
from kram.bot.filters import PRIVATE, Closed
from kram.bot.shopper.buttons import open_shop
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Words

_WRITTEN = {
    ContentType.TEXT,
    ContentType.PHOTO,
    ContentType.VIDEO,
    ContentType.VOICE,
    ContentType.VIDEO_NOTE,
    ContentType.AUDIO,
    ContentType.DOCUMENT,
    ContentType.ANIMATION,
    ContentType.STICKER,
    ContentType.LOCATION,
    ContentType.VENUE,
}
"""What a person sends themselves; Telegram's own notes in the chat want no answer."""


def register(router: Router) -> None:
    router.message.register(not_understood, PRIVATE, flags=CUSTOMER)
    router.callback_query.register(button_of_the_past, PRIVATE, flags=CUSTOMER)


def register_closed(router: Router) -> None:
    router.message.register(closed, PRIVATE, Closed(), flags=CUSTOMER)


async def not_understood(
    message: Message, shop: ShopBot, words: Words, links: ShopLinks
) -> SendMessage | None:
    if message.content_type not in _WRITTEN:
        return None
    text = words.render("not_understood.html", shop=shop.shop_name, settings=shop.settings)
    return message.answer(text, reply_markup=open_shop(words, links))


async def button_of_the_past(query: CallbackQuery, words: Words) -> Answer:
    return Answer.of(query.answer(words("This button no longer works")))


async def closed(message: Message, shop: ShopBot, words: Words) -> SendMessage:
    return message.answer(words.render("closed.html", shop=shop.shop_name))
