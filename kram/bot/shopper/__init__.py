"""What a shopper says to the bot, and what it answers.

`welcome.py` Start and deep links · `orders.py` their orders · `language.py` · `information.py`
help, support, terms · `contact.py` a shared phone · `reach.py` whether the bot may write to them ·
`chosen.py` what the merchant added · `other.py` everything else, and the closed shop.

A person writing is remembered as this shop's customer and no other's.
"""

from aiogram import Router

from kram.bot.shopper import (
    contact,
    information,
    language,
    orders,
    other,
    reach,
    welcome,
)


def register(router: Router, *, shows_orders: bool) -> None:
    """What is the same in every shop; the order is that of precedence."""
    reach.register(router)
    other.register_closed(router)
    welcome.register(router)
    if shows_orders:
        orders.register(router)
    language.register(router)
    information.register(router)
    contact.register(router)


def register_rest(router: Router) -> None:
    """What is left when neither we nor the merchant knew an answer."""
    other.register(router)
