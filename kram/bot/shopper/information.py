"""What a shop's bot must be able to answer: help, support, terms, payment support.

https://core.telegram.org/bots/features#global-commands,
https://core.telegram.org/bots/payments#live-checklist
"""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message

from kram.bot.filters import PRIVATE
from kram.bot.shopper.buttons import open_shop
from kram.bot.shopper.customer import CUSTOMER
from kram.integrations.telegram.bots import ShopBot
from kram.integrations.telegram.links import ShopLinks
from kram.integrations.telegram.texts import Words


def register(router: Router) -> None:
    router.message.register(show_help, PRIVATE, Command("help"), flags=CUSTOMER)
    router.message.register(show_support, PRIVATE, Command("support", "paysupport"), flags=CUSTOMER)
    router.message.register(show_terms, PRIVATE, Command("terms"), flags=CUSTOMER)


async def show_help(message: Message, shop: ShopBot, words: Words, links: ShopLinks) -> SendMessage:
    text = words.render("help.html", shop=shop.shop_name, settings=shop.settings)
    return message.answer(text, reply_markup=open_shop(words, links))


async def show_support(message: Message, shop: ShopBot, words: Words) -> SendMessage:
    text = words.render("support.html", shop=shop.shop_name, contact=shop.settings.support)
    return message.answer(text)


async def show_terms(
    message: Message, shop: ShopBot, words: Words, links: ShopLinks
) -> SendMessage:
    text = words.render("terms.html", shop=shop.shop_name, terms=shop.settings.terms)
    return message.answer(text, reply_markup=open_shop(words, links))
