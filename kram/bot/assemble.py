"""One shop's router: the staff's part, the shopper's part, and what the merchant switched on."""

from aiogram import Router

from kram.bot import checkout, manager, shopper
from kram.bot.transaction import InTransaction
from kram.integrations.telegram.settings import BotSettings

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "shipping_query",
    "pre_checkout_query",
    "my_chat_member",
    "purchased_paid_media",
    "subscription",
)
"""What every bot asks Telegram for: without a list it would keep the previous one."""


def assemble(settings: BotSettings) -> Router:
    shop = Router(name="shop")
    for name in ALLOWED_UPDATES:
        shop.observers[name].middleware(InTransaction())
    shop.include_routers(manager.router(), shopper.router(settings), checkout.router())
    return shop
