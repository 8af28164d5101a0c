"""What to tell a shopper about an order, in one headline."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, assert_never

from kram.billing.payments.models import Payment, PaymentStatus
from kram.billing.providers.cod import CASH_ON_DELIVERY
from kram.kit.i18n import Translator
from kram.kit.messages import gettext_noop
from kram.shop.orders.models import DeliveryMethod, Order, OrderStatus, PaymentState, StepKind

_FAILED = frozenset({PaymentStatus.FAILED, PaymentStatus.CANCELLED})
_PACKING = (OrderStatus.ACCEPTED, OrderStatus.PARTLY_PACKED, OrderStatus.PACKED)
_SENT = (OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED)
_ALIVE = frozenset({OrderStatus.PLACED, *_PACKING, *_SENT, OrderStatus.DELIVERED})


class Mood(StrEnum):
    WAITING = "waiting"
    GOOD = "good"
    BAD = "bad"


class News(NamedTuple):
    mood: Mood
    headline: str
    explanation: str


_STATUS = {
    OrderStatus.AWAITING_PAYMENT: gettext_noop("Waits for the payment"),
    OrderStatus.PLACED: gettext_noop("Placed"),
    OrderStatus.ACCEPTED: gettext_noop("Accepted"),
    OrderStatus.PARTLY_PACKED: gettext_noop("Being packed"),
    OrderStatus.PACKED: gettext_noop("Packed"),
    OrderStatus.PARTLY_SHIPPED: gettext_noop("A part is on its way"),
    OrderStatus.SHIPPED: gettext_noop("On its way"),
    OrderStatus.DELIVERED: gettext_noop("Delivered"),
    OrderStatus.CANCELLED: gettext_noop("Cancelled"),
}


def status_name(status: OrderStatus, words: Translator) -> str:
    return words.gettext(_STATUS[status])


def news_of(order: Order, payments: Sequence[Payment], words: Translator) -> News:
    """`payments` are the order's, the oldest first; its steps are loaded."""
    mood, headline, explanation = _news(order, payments)
    return News(mood, words.gettext(headline), words.gettext(explanation))


def _news(order: Order, payments: Sequence[Payment]) -> News:
    status = OrderStatus(order.status)
    if order.payment_state == PaymentState.PARTLY_PAID:
        explanation = gettext_noop("The shop has changed your order as agreed: pay the difference")
        return News(Mood.WAITING, gettext_noop("Your order waits for the difference"), explanation)
    if order.payment_state == PaymentState.REFUNDED and status in _ALIVE:
        explanation = gettext_noop("If that surprises you, write to the shop")
        return News(Mood.BAD, gettext_noop("Your money has been returned"), explanation)
    match status:
        case OrderStatus.AWAITING_PAYMENT:
            return _awaiting(payments)
        case OrderStatus.PLACED:
            return News(Mood.GOOD, gettext_noop("Thank you for your order!"), _how_to_pay(order))
        case OrderStatus.ACCEPTED | OrderStatus.PARTLY_PACKED | OrderStatus.PACKED:
            return News(Mood.GOOD, gettext_noop("The shop is on it"), _packing(order))
        case OrderStatus.PARTLY_SHIPPED:
            explanation = gettext_noop("The rest follows in another parcel")
            return News(Mood.GOOD, gettext_noop("A part of your order is on its way"), explanation)
        case OrderStatus.SHIPPED:
            explanation = gettext_noop("Keep your phone near: the courier may call")
            return News(Mood.GOOD, gettext_noop("Your order is on its way"), explanation)
        case OrderStatus.DELIVERED:
            return _arrived(order)
        case OrderStatus.CANCELLED:
            return _cancelled(order)
        case _:
            assert_never(status)


def _awaiting(payments: Sequence[Payment]) -> News:
    if payments and payments[-1].status in _FAILED:
        explanation = gettext_noop("No money was taken. Try again, or cancel the order")
        return News(Mood.BAD, gettext_noop("The payment did not go through"), explanation)
    explanation = gettext_noop("As soon as it is there, this page says so by itself")
    return News(Mood.WAITING, gettext_noop("Confirming the payment"), explanation)


def _arrived(order: Order) -> News:
    if order.delivery_method == DeliveryMethod.DIGITAL:
        explanation = gettext_noop("Your keys, gift cards and files are on this page")
        return News(Mood.GOOD, gettext_noop("Your purchase is ready"), explanation)
    explanation = gettext_noop("We hope you like it")
    return News(Mood.GOOD, gettext_noop("Your order has arrived"), explanation)


def _how_to_pay(order: Order) -> str:
    if order.delivery_method == DeliveryMethod.DIGITAL:
        return gettext_noop("It is paid. As soon as your keys come, they will be on this page")
    if order.payment_method == CASH_ON_DELIVERY:
        return gettext_noop("You pay when you receive it. We will write when it is packed")
    return gettext_noop("It is paid. We will write when it is packed")


def _packing(order: Order) -> str:
    if order.delivery_method == DeliveryMethod.PICKUP:
        return gettext_noop("It is being packed. We will write when you can come for it")
    return gettext_noop("It is being packed. We will write when it is sent")


def _cancelled(order: Order) -> News:
    expired = any(step.kind == StepKind.EXPIRED for step in order.steps)
    headline = gettext_noop("The order is cancelled")
    if order.payment_state == PaymentState.REFUNDED:
        return News(Mood.BAD, headline, gettext_noop("Your money has been returned"))
    if order.payment_state == PaymentState.PAID:
        return News(Mood.BAD, headline, gettext_noop("Your money is on its way back"))
    if expired:
        return News(Mood.BAD, headline, gettext_noop("The time to pay for it ran out"))
    return News(Mood.BAD, headline, gettext_noop("Nothing has to be paid"))
