"""One shop's router: the staff's part, the shopper's part, and what the merchant switched on."""

from functools import cache

from aiogram import Router

from kram.bot import checkout, manager, shopper
from kram.bot.shopper import chosen
from kram.bot.shopper.customer import KnownCustomer
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
    """Kram's own handlers are made once and shared: a router of one's own costs its lists only."""
    shop = Router(name="shop")
    for name in ALLOWED_UPDATES:
        shop.observers[name].middleware(InTransaction())
        shop.observers[name].middleware(KnownCustomer())
    _share(_own_handlers(settings.shows_orders), shop)
    chosen.register(shop, settings)
    _share(_last_handlers(), shop)
    return shop


def _share(source: Router, shop: Router) -> None:
    for name in ALLOWED_UPDATES:
        shop.observers[name].handlers += source.observers[name].handlers


@cache
def _own_handlers(shows_orders: bool) -> Router:
    own = Router(name="own")
    manager.register(own)
    shopper.register(own, shows_orders=shows_orders)
    checkout.register(own)
    return own


@cache
def _last_handlers() -> Router:
    last = Router(name="last")
    shopper.register_rest(last)
    return last
