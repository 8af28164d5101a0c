"""Telegram's own checkout: no shop sells by invoices of the bot yet, and silence is no answer."""

from aiogram import Router
from aiogram.methods import AnswerPreCheckoutQuery, AnswerShippingQuery
from aiogram.types import PreCheckoutQuery, ShippingQuery

from kram.integrations.telegram.texts import Words


def register(router: Router) -> None:
    router.pre_checkout_query.register(refuse_payment)
    router.shipping_query.register(refuse_shipping)


async def refuse_payment(query: PreCheckoutQuery, words: Words) -> AnswerPreCheckoutQuery:
    return query.answer(ok=False, error_message=words("Pay in the shop itself, please"))


async def refuse_shipping(query: ShippingQuery, words: Words) -> AnswerShippingQuery:
    return query.answer(ok=False, error_message=words("Pay in the shop itself, please"))
