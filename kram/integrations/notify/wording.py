"""How orders are called in messages."""

from kram.integrations.telegram.texts import Words
from kram.kit.messages import gettext_noop
from kram.shop.orders.models import (
    DeliveryMethod,
    Order,
    OrderStatus,
    PaymentState,
    StepKind,
)

_STATUSES = {
    OrderStatus.AWAITING_PAYMENT: gettext_noop("Waiting for payment"),
    OrderStatus.PLACED: gettext_noop("New"),
    OrderStatus.ACCEPTED: gettext_noop("Accepted"),
    OrderStatus.SHIPPED: gettext_noop("Shipped"),
    OrderStatus.DELIVERED: gettext_noop("Delivered"),
    OrderStatus.CANCELLED: gettext_noop("Cancelled"),
}
_PAYMENTS = {
    PaymentState.UNPAID: gettext_noop("not paid"),
    PaymentState.PAID: gettext_noop("paid"),
    PaymentState.REFUNDED: gettext_noop("refunded"),
}
_METHODS = {
    "cod": gettext_noop("Cash on delivery"),
    "sandbox": gettext_noop("Test payment"),
}
_DELIVERIES = {
    DeliveryMethod.PICKUP: gettext_noop("Pick-up"),
    DeliveryMethod.COURIER: gettext_noop("Courier"),
}
_STEPS = {
    StepKind.CREATED: gettext_noop("Created"),
    StepKind.PLACED: gettext_noop("Placed"),
    StepKind.PAID: gettext_noop("Paid"),
    StepKind.ACCEPTED: gettext_noop("Accepted"),
    StepKind.SHIPPED: gettext_noop("Shipped"),
    StepKind.DELIVERED: gettext_noop("Delivered"),
    StepKind.CANCELLED: gettext_noop("Cancelled"),
    StepKind.EXPIRED: gettext_noop("Expired unpaid"),
    StepKind.REFUNDED: gettext_noop("Refunded"),
}


def order_name(order: Order) -> str:
    """Its number; an order that nobody paid has its code only."""
    return f"№{order.number}" if order.number is not None else order.code


def status_word(status: str, words: Words) -> str:
    return words(_STATUSES[OrderStatus(status)])


def payment_words(order: Order, words: Words) -> str:
    method = words(_METHODS.get(order.payment_method, order.payment_method))
    return f"{method}, {words(_PAYMENTS[PaymentState(order.payment_state)])}"


def delivery_word(order: Order, words: Words) -> str:
    return words(_DELIVERIES[DeliveryMethod(order.delivery_method)])


def step_word(kind: str, words: Words) -> str:
    return words(_STEPS[StepKind(kind)])
