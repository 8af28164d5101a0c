"""What promotions refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class PromotionMissing(AppError):
    code = "promotion_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such promotion in this shop")


class PromotionUsedUp(AppError):
    """Somebody was faster; `promotion` is its name and `why` a `WhyNot`."""

    code = "promotion_used_up"
    kind = Kind.CONFLICT
    title = gettext_noop("“%(promotion)s” has just been used up: check the new total")


class CodeTaken(AppError):
    code = "promo_code_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("This code exists already: choose another one")


class CodesTooShort(AppError):
    """So few letters that codes could be guessed."""

    code = "promo_codes_too_short"
    kind = Kind.INVALID
    title = gettext_noop("So many codes need more letters each")
