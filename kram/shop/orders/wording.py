"""Why an order was cancelled, in words: a shopper chooses, the staff types."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from kram.kit.messages import gettext_noop


class CancelReason(StrEnum):
    """Kept as the step's note, so that everybody reads it in their own language."""

    CHANGED_MIND = "changed_mind"
    MISTAKE = "mistake"
    CHEAPER = "cheaper"
    TOO_SLOW = "too_slow"
    CANNOT_PAY = "cannot_pay"
    OTHER = "other"


CANCEL_REASONS: Mapping[str, str] = MappingProxyType(
    {
        CancelReason.CHANGED_MIND: gettext_noop("Changed my mind"),
        CancelReason.MISTAKE: gettext_noop("A mistake in the order"),
        CancelReason.CHEAPER: gettext_noop("Found it cheaper"),
        CancelReason.TOO_SLOW: gettext_noop("It takes too long"),
        CancelReason.CANNOT_PAY: gettext_noop("The payment does not work"),
        CancelReason.OTHER: gettext_noop("Another reason"),
    }
)


def cancel_reason(stored: str, translate: Callable[[str], str]) -> str:
    """What was typed stays as it is."""
    return translate(CANCEL_REASONS[stored]) if stored in CANCEL_REASONS else stored
