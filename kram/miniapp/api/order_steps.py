"""The way of an order: what has happened, and what is still ahead."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_datetime

from kram.billing.payments.wording import refund_reason
from kram.kit.i18n import Translator
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.shop.orders.models import (
    DeliveryMethod,
    Order,
    OrderStatus,
    OrderStep,
    PaymentState,
    StepKind,
)
from kram.shop.orders.wording import cancel_reason

_NAMES = {
    StepKind.CREATED: gettext_noop("Order made"),
    StepKind.PLACED: gettext_noop("Order placed"),
    StepKind.PAID: gettext_noop("Paid"),
    StepKind.ACCEPTED: gettext_noop("Accepted by the shop"),
    StepKind.SHIPPED: gettext_noop("Sent"),
    StepKind.DELIVERED: gettext_noop("Received"),
    StepKind.CANCELLED: gettext_noop("Cancelled"),
    StepKind.EXPIRED: gettext_noop("Cancelled: not paid in time"),
    StepKind.REFUNDED: gettext_noop("Money returned"),
    StepKind.PARCEL_SHIPPED: gettext_noop("A parcel was sent"),
    StepKind.PARCEL_DELIVERED: gettext_noop("A parcel was received"),
    StepKind.REST_CANCELLED: gettext_noop("The rest was cancelled"),
    StepKind.EDITED: gettext_noop("The shop changed the order"),
    StepKind.TOLD: gettext_noop("A word from the shop"),
    StepKind.RETURN_REQUESTED: gettext_noop("Return asked for"),
    StepKind.RETURN_APPROVED: gettext_noop("Return agreed"),
    StepKind.RETURN_DECLINED: gettext_noop("Return declined"),
    StepKind.RETURN_RECEIVED: gettext_noop("The returned goods have come"),
    StepKind.RETURN_CLOSED: gettext_noop("Return finished"),
    StepKind.RETURN_PAID_OUT: gettext_noop("Money for the returned goods goes back to you"),
    StepKind.GIVEN: gettext_noop("Keys and files are here"),
    StepKind.GIVEN_AGAIN: gettext_noop("Keys and files were renewed"),
    StepKind.TAKEN_BACK: gettext_noop("Access to keys and files ended"),
}
"""What its shopper is told; the other steps are the staff's own."""
_SHOWN_NOTES = frozenset({StepKind.TOLD, StepKind.RETURN_DECLINED, StepKind.REST_CANCELLED})
"""The others are the staff's own."""
_WAY = (StepKind.ACCEPTED, StepKind.SHIPPED, StepKind.DELIVERED)


class StepAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` and `note` are empty where there is none."""

    name: str
    at: str = ""
    amount: str = ""
    note: str = ""
    ahead: bool


def steps_of(order: Order, timezone: str, words: Translator) -> list[StepAnswer]:
    """Its steps are loaded."""
    told = [step for step in order.steps if step.kind in _NAMES]
    done = [_done(step, order.currency, timezone, words) for step in told]
    return done + [StepAnswer(name=_name(kind, words), ahead=True) for kind in _ahead(order)]


def _done(step: OrderStep, currency: str, timezone: str, words: Translator) -> StepAnswer:
    return StepAnswer(
        name=_name(step.kind, words),
        at=moment(step.at, timezone, words),
        amount=_amount(step, currency, words),
        note=_note(step, words),
        ahead=False,
    )


def _note(step: OrderStep, words: Translator) -> str:
    if step.kind == StepKind.REFUNDED:
        return refund_reason(step.note, words.gettext)
    if step.kind == StepKind.CANCELLED:
        return cancel_reason(step.note, words.gettext)
    return step.note if step.kind in _SHOWN_NOTES else ""


def _amount(step: OrderStep, currency: str, words: Translator) -> str:
    if step.amount_minor is None:
        return ""
    return format_money(Money(step.amount_minor, currency), words.language, trim_zeros=True)


def moment(at: datetime, timezone: str, words: Translator) -> str:
    """In the shop's time: "21 листопада, 14:05"."""
    there = at.astimezone(ZoneInfo(timezone))
    return str(format_datetime(there, "d MMMM, HH:mm", locale=words.language))


def _ahead(order: Order) -> list[StepKind]:
    is_over = order.status == OrderStatus.CANCELLED or order.payment_state == PaymentState.REFUNDED
    if is_over:
        return []
    reached = {step.kind for step in order.steps}
    is_sent = order.delivery_method != DeliveryMethod.DIGITAL
    way = _WAY if is_sent else (StepKind.GIVEN,)
    ahead = [kind for kind in way if kind not in reached]
    return [StepKind.PAID, *ahead] if order.status == OrderStatus.AWAITING_PAYMENT else ahead


def _name(kind: str, words: Translator) -> str:
    return words.gettext(_NAMES[StepKind(kind)])
