"""The shop's staff at work in Telegram.

`link.py` a Telegram account or a group joins the shop by a one-time code · `group.py` the staff's
group moves or loses the bot · `orders.py` taps on an order's card · `shipping.py` the tracking
number that a tap on Ship asks for.

Whoever taps is looked up among this very shop's staff with every update; a button proves nothing.
"""

from aiogram import Router

from kram.bot.manager import group, link, orders, shipping


def register(router: Router) -> None:
    link.register(router)
    group.register(router)
    orders.register(router)
    shipping.register(router)
