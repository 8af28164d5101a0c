"""Notes of what money did, in words: a person's own, or ours where nobody typed any."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kram.billing.payments.models import RefundReason
from kram.kit.messages import gettext_noop

COUNTED = "counted_as_paid"
"""The note of a payment that a person accepted although another amount came."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        RefundReason.PAID_TWICE: gettext_noop("It was paid twice"),
        RefundReason.ORDER_CANCELLED: gettext_noop("The order was cancelled"),
        RefundReason.SOLD_OUT: gettext_noop("The goods were sold out"),
        RefundReason.WRONG_AMOUNT: gettext_noop("Another sum came than was asked for"),
        COUNTED: gettext_noop("Counted as paid, although another sum was asked for"),
        RefundReason.REST_CANCELLED: gettext_noop("A part of the order was cancelled"),
        RefundReason.EDITED: gettext_noop("The order was changed"),
        RefundReason.RETURNED: gettext_noop("Goods were returned"),
    }
)


def refund_reason(stored: str, translate: Callable[[str], str]) -> str:
    return translate(REASONS[stored]) if stored in REASONS else stored
