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
    OrderStatus.PARTLY_PACKED: gettext_noop("Partly packed"),
    OrderStatus.PACKED: gettext_noop("Packed"),
    OrderStatus.PARTLY_SHIPPED: gettext_noop("Partly shipped"),
    OrderStatus.SHIPPED: gettext_noop("Shipped"),
    OrderStatus.DELIVERED: gettext_noop("Delivered"),
    OrderStatus.CANCELLED: gettext_noop("Cancelled"),
}
_PAYMENTS = {
    PaymentState.UNPAID: gettext_noop("not paid"),
    PaymentState.PARTLY_PAID: gettext_noop("difference not paid"),
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
    DeliveryMethod.DIGITAL: gettext_noop("Nothing to send"),
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
    StepKind.PARCEL_PACKED: gettext_noop("Parcel packed"),
    StepKind.PARCEL_SHIPPED: gettext_noop("Parcel sent"),
    StepKind.PARCEL_DELIVERED: gettext_noop("Parcel delivered"),
    StepKind.PARCEL_CANCELLED: gettext_noop("Parcel unpacked"),
    StepKind.REST_CANCELLED: gettext_noop("Rest cancelled"),
    StepKind.EDITED: gettext_noop("Order changed"),
    StepKind.NOTED: gettext_noop("Note"),
    StepKind.TOLD: gettext_noop("Message to the shopper"),
    StepKind.TAGGED: gettext_noop("Tags changed"),
    StepKind.INVOICED: gettext_noop("Invoice issued"),
    StepKind.RETURN_REQUESTED: gettext_noop("Return requested"),
    StepKind.RETURN_APPROVED: gettext_noop("Return approved"),
    StepKind.RETURN_DECLINED: gettext_noop("Return declined"),
    StepKind.RETURN_RECEIVED: gettext_noop("Return received"),
    StepKind.RETURN_CLOSED: gettext_noop("Return closed"),
    StepKind.RETURN_PAID_OUT: gettext_noop("Money for an exchange given back"),
    StepKind.GIVEN: gettext_noop("Digital goods given"),
    StepKind.GIVEN_AGAIN: gettext_noop("Digital goods given anew"),
    StepKind.TAKEN_BACK: gettext_noop("Access to digital goods ended"),
    StepKind.KEY_READ: gettext_noop("Key read by the staff"),
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
