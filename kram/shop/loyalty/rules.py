"""Arithmetic of points. Pure; a point is a minor unit."""

from collections.abc import Iterator

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop

_WHOLE = 10_000
_MOST_POINTS = 10**13
REFERRAL_PREFIX = "r_"
"""What a referral link's start parameter begins with: `r_<code>`."""


class Loyalty(msgspec.Struct, frozen=True, kw_only=True):
    """How a shop gives points; rates are basis points."""

    is_active: bool = False
    earn_rate: int = 300
    spend_limit: int = 3_000
    kept_days: int | None = 365
    welcome_points: int = 0
    referral_points: int = 0


def earned(paid_minor: int, loyalty: Loyalty) -> int:
    """Rounded down: nobody earns more than the rate."""
    return max(0, paid_minor) * loyalty.earn_rate // _WHOLE


def spendable(balance: int, goods_minor: int, loyalty: Loyalty) -> int:
    """The most points that goods of that sum may be paid with."""
    if not loyalty.is_active:
        return 0
    return max(0, min(balance, goods_minor * loyalty.spend_limit // _WHOLE))


def to_take_back(earned_points: int, taken: int, refunded_minor: int, total_minor: int) -> int:
    """Of what an order earned, the part that goes with everything refunded so far.

    `taken` went before. A whole refund takes all of it, parts of it never more in sum.
    """
    if total_minor <= 0:
        return 0
    refunded = min(max(refunded_minor, 0), total_minor)
    return max(0, earned_points * refunded // total_minor - taken)


def referral_code(start_param: str) -> str | None:
    """The code in a start parameter; None: it is none of ours."""
    if not start_param.startswith(REFERRAL_PREFIX):
        return None
    return start_param.removeprefix(REFERRAL_PREFIX)[:32] or None


def check(loyalty: Loyalty) -> None:
    """Raises: InvalidInput."""
    errors = tuple(_refused(loyalty))
    if errors:
        raise InvalidInput(errors=errors)


def _refused(loyalty: Loyalty) -> Iterator[FieldError]:
    for name in ("earn_rate", "spend_limit"):
        if not 0 <= getattr(loyalty, name) <= _WHOLE:
            detail = gettext_noop("Choose 0 to 100 percent")
            yield FieldError(f"/{name}", "out_of_range", detail)
    for name in ("welcome_points", "referral_points"):
        if not 0 <= getattr(loyalty, name) <= _MOST_POINTS:
            yield FieldError(f"/{name}", "out_of_range", gettext_noop("Enter a smaller amount"))
    if loyalty.kept_days is not None and not 1 <= loyalty.kept_days <= 3650:
        detail = gettext_noop("Choose 1 to 3650 days, or leave it empty")
        yield FieldError("/kept_days", "out_of_range", detail)
