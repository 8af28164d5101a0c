"""What a shopper says to the bot, and what it answers.

`welcome.py` Start and deep links · `orders.py` their orders · `language.py` · `information.py`
help, support, terms · `contact.py` a shared phone · `reach.py` whether the bot may write to them ·
`chosen.py` what the merchant added · `other.py` everything else, and the closed shop.

A person writing is remembered as this shop's customer and no other's.
"""

from aiogram import Router

from kram.bot.filters import InPrivate
from kram.bot.shopper import (
    chosen,
    contact,
    information,
    language,
    orders,
    other,
    reach,
    welcome,
)
from kram.bot.shopper.customer import KnownCustomer
from kram.integrations.telegram.settings import BotSettings


def router(settings: BotSettings) -> Router:
    """Private chats only; the order is that of precedence."""
    shopper = Router(name="shopper")
    for observer in (shopper.message, shopper.callback_query, shopper.my_chat_member):
        observer.filter(InPrivate())
    for observer in (shopper.message, shopper.callback_query):
        observer.middleware(KnownCustomer())
    reach.register(shopper)
    other.register_closed(shopper)
    welcome.register(shopper)
    if settings.shows_orders:
        orders.register(shopper)
    language.register(shopper)
    information.register(shopper)
    contact.register(shopper)
    chosen.register(shopper, settings)
    other.register(shopper)
    return shopper
