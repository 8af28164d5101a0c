"""Why a code gives nothing: said to the shopper in words, always."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from kram.kit.messages import gettext_noop


class WhyNot(StrEnum):
    UNKNOWN = "unknown"
    PAUSED = "paused"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"
    OTHER_CHANNEL = "other_channel"
    FIRST_ORDER_ONLY = "first_order_only"
    NOT_FOR_YOU = "not_for_you"
    OTHER_GOODS = "other_goods"
    MINIMUM_SUM = "minimum_sum"
    MINIMUM_QUANTITY = "minimum_quantity"
    NOT_COMBINABLE = "not_combinable"
    DELIVERY_IS_FREE = "delivery_is_free"
    NOTHING_LEFT = "nothing_left"


class Refusal(msgspec.Struct, frozen=True):
    """`missing` is in minor units for a sum, in units for a quantity; `other` a promotion's name;
    `at` the instant when it begins or ended."""

    why: WhyNot
    code: str = ""
    missing: int = 0
    other: str = ""
    at: datetime | None = None


REFUSAL_MESSAGES: Mapping[WhyNot, str] = MappingProxyType(
    {
        WhyNot.UNKNOWN: gettext_noop("There is no such code: check how it is spelled"),
        WhyNot.PAUSED: gettext_noop("This code does not work at the moment"),
        WhyNot.NOT_YET: gettext_noop("This code works from %(at)s"),
        WhyNot.EXPIRED: gettext_noop("This code worked until %(at)s"),
        WhyNot.USED_UP: gettext_noop("This code has been used up"),
        WhyNot.USED_BY_YOU: gettext_noop("You have used this code already"),
        WhyNot.OTHER_CHANNEL: gettext_noop("This code does not work here"),
        WhyNot.FIRST_ORDER_ONLY: gettext_noop("This code is for a first order only"),
        WhyNot.NOT_FOR_YOU: gettext_noop("This code is meant for other customers"),
        WhyNot.OTHER_GOODS: gettext_noop("This code is not for the goods in your cart"),
        WhyNot.MINIMUM_SUM: gettext_noop("Add goods for %(missing)s more, and the code works"),
        WhyNot.MINIMUM_QUANTITY: gettext_noop("Add %(missing)s more units, and the code works"),
        WhyNot.NOT_COMBINABLE: gettext_noop("Does not go together with “%(other)s”"),
        WhyNot.DELIVERY_IS_FREE: gettext_noop("Your delivery is free anyway"),
        WhyNot.NOTHING_LEFT: gettext_noop("Nothing is left that this code could make cheaper"),
    }
)
"""To be translated and filled by the door: `missing` as money or a number, `at` as a date."""
