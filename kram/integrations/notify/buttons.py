"""The buttons of an order's card, and what a tap on one of them says."""

from enum import StrEnum
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from kram.integrations.telegram.texts import Words
from kram.kit.messages import gettext_noop
from kram.shop.orders.models import Order, OrderStatus, PaymentState
from kram.shop.orders.rules import Action, Standing, possible_actions


class Tap(StrEnum):
    """One letter each: a button carries at most 64 bytes."""

    ACCEPT = "a"
    ASK_SHIP = "s"
    SHIP = "S"
    DELIVER = "d"
    ASK_CANCEL = "c"
    CANCEL = "C"
    SHOW = "r"


class OrderTap(CallbackData, prefix="o"):
    """`seen` is the status the card showed: a card that the order has left behind does nothing."""

    tap: Tap
    order: UUID
    seen: OrderStatus


_LABELS = {
    Tap.ACCEPT: (gettext_noop("Accept"), "success"),
    Tap.ASK_SHIP: (gettext_noop("Ship"), "primary"),
    Tap.SHIP: (gettext_noop("Ship without a number"), "primary"),
    Tap.DELIVER: (gettext_noop("Delivered"), "success"),
    Tap.ASK_CANCEL: (gettext_noop("Cancel the order"), "danger"),
    Tap.CANCEL: (gettext_noop("Yes, cancel it"), "danger"),
    Tap.SHOW: (gettext_noop("Back"), None),
}
_OFFERED = {
    Action.ACCEPT: Tap.ACCEPT,
    Action.SHIP: Tap.ASK_SHIP,
    Action.DELIVER: Tap.DELIVER,
    Action.CANCEL: Tap.ASK_CANCEL,
}


def card_keyboard(order: Order, words: Words) -> InlineKeyboardMarkup:
    """What can be done with the order now, a row each."""
    standing = Standing(OrderStatus(order.status), PaymentState(order.payment_state))
    possible = possible_actions(standing)
    taps = [tap for action, tap in _OFFERED.items() if action in possible]
    return keyboard(order, taps, words)


def keyboard(order: Order, taps: list[Tap], words: Words) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_button(order, tap, words)] for tap in taps])


def _button(order: Order, tap: Tap, words: Words) -> InlineKeyboardButton:
    label, style = _LABELS[tap]
    data = OrderTap(tap=tap, order=order.id, seen=OrderStatus(order.status)).pack()
    return InlineKeyboardButton(text=words(label), callback_data=data, style=style)
