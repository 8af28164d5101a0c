"""An order as the staff's chat shows it."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from kram.integrations.notify.buttons import card_keyboard
from kram.integrations.notify.wording import (
    delivery_word,
    order_name,
    payment_words,
    status_word,
    step_word,
)
from kram.integrations.telegram.texts import Words
from kram.shop.orders.models import Order

MOST_LINES = 15
MOST_STEPS = 15
_LONGEST_TITLE = 60
_LONGEST_COMMENT = 500


@dataclass(frozen=True, slots=True)
class Card:
    text: str
    keyboard: InlineKeyboardMarkup


def card_of(order: Order, words: Words, timezone: str) -> Card:
    """`order` with its lines and steps. Fits a message whatever was ordered."""
    lines = order.lines[:MOST_LINES]
    text = words.render(
        "card.html",
        order=order,
        name=order_name(order),
        status=status_word(order.status, words),
        payment=payment_words(order, words),
        delivery=delivery_word(order, words),
        lines=[(_title(line.title, line.variant_title), line) for line in lines],
        more=len(order.lines) - len(lines),
        steps=[(step_word(step.kind, words), step) for step in order.steps[-MOST_STEPS:]],
        timezone=timezone,
        comment=_shortened(order.comment, _LONGEST_COMMENT),
    )
    return Card(text, card_keyboard(order, words))


def _title(title: str, variant: str) -> str:
    return _shortened(f"{title} · {variant}" if variant else title, _LONGEST_TITLE)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
