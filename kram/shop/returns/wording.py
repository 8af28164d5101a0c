"""Why goods come back, in words; the same for shoppers and staff."""

from collections.abc import Mapping
from types import MappingProxyType

from kram.kit.messages import gettext_noop
from kram.shop.returns.models import ReturnReason

RETURN_REASONS: Mapping[str, str] = MappingProxyType(
    {
        ReturnReason.DOES_NOT_FIT: gettext_noop("Does not fit"),
        ReturnReason.DEFECTIVE: gettext_noop("Defective"),
        ReturnReason.WRONG_ITEM: gettext_noop("Another thing came"),
        ReturnReason.NOT_AS_DESCRIBED: gettext_noop("Not as described"),
        ReturnReason.CHANGED_MIND: gettext_noop("Changed my mind"),
        ReturnReason.OTHER: gettext_noop("Another reason"),
    }
)
