"""Why money went back, in words: a person's own, or ours for the reasons that nobody typed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kram.billing.payments.models import RefundReason
from kram.kit.messages import gettext_noop

REASONS: Mapping[str, str] = MappingProxyType(
    {
        RefundReason.PAID_TWICE: gettext_noop("It was paid twice"),
        RefundReason.ORDER_CANCELLED: gettext_noop("The order was cancelled"),
        RefundReason.SOLD_OUT: gettext_noop("The goods were sold out"),
    }
)


def refund_reason(stored: str, translate: Callable[[str], str]) -> str:
    return translate(REASONS[stored]) if stored in REASONS else stored
