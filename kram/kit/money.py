"""Amounts: whole minor units and a currency. No float, no implicit rounding.

An amount may be negative, because differences and corrections are. Where a negative one makes no
sense (a price, a payment) the rule says so with `not_negative()`.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, assert_never

import msgspec

from kram.kit.currencies import EXPONENTS
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

SMALLEST, LARGEST = -(2**63), 2**63 - 1  # what a BIGINT column holds
LARGEST_PAYABLE = 10**15 - 1
"""What may be typed, ordered or paid at once: inside 2^53, which a browser's numbers hold exactly,
and inside a BIGINT after a multiplication."""


class CurrencyMismatch(ValueError):
    """Amounts of two currencies met: a bug, since an order has one currency."""


class AmountTooLarge(AppError):
    code = "amount_too_large"
    kind = Kind.INVALID
    title = gettext_noop("The amount is too large: enter a smaller one")


class AmountNegative(AppError):
    code = "amount_negative"
    kind = Kind.INVALID
    title = gettext_noop("The amount may not be below zero")


class Rounding(StrEnum):
    """Half-up and up go away from zero, down goes towards it, for either sign."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


class Money(msgspec.Struct, frozen=True):
    """`{"minor": 1250, "currency": "UAH"}` is 12.50 UAH; `{"minor": 25, "currency": "XTR"}` 25."""

    minor: Annotated[int, msgspec.Meta(ge=SMALLEST, le=LARGEST)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("minor units are whole numbers")
        if self.currency not in EXPONENTS:
            raise ValueError(f"unknown currency {self.currency!r}")
        if not SMALLEST <= self.minor <= LARGEST:
            raise AmountTooLarge

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @property
    def exponent(self) -> int:
        return EXPONENTS[self.currency]

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> "Money":
        if type(count) is not int:
            raise TypeError("multiply by a whole number; for rates use scale()")
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")
        return other.minor

    def not_negative(self) -> "Money":
        """Itself. Raises: AmountNegative."""
        if self.minor < 0:
            raise AmountNegative
        return self

    def scale(self, numerator: int, denominator: int, rounding: Rounding) -> "Money":
        """The amount × numerator ÷ denominator; 20 % of it is `scale(20, 100, …)`."""
        return Money(divided(self.minor * numerator, denominator, rounding), self.currency)

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Parts in proportion to the weights whose sum is exactly this amount.

        Largest remainder (Hamilton's method); of equal remainders the earlier part gets the unit.
        All weights zero: shared evenly.
        """
        return [Money(part, self.currency) for part in shared(self.minor, weights)]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero for no amounts."""
    return sum(amounts, Money.zero(currency))


def divided(dividend: int, divisor: int, rounding: Rounding) -> int:
    sign = -1 if (dividend < 0) != (divisor < 0) else 1
    whole, rest = divmod(abs(dividend), abs(divisor))
    match rounding:
        case Rounding.DOWN:
            more = False
        case Rounding.UP:
            more = rest > 0
        case Rounding.HALF_UP:
            more = 2 * rest >= abs(divisor)
        case Rounding.HALF_EVEN:
            more = 2 * rest + whole % 2 > abs(divisor)
        case _:
            assert_never(rounding)
    return sign * (whole + more)


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """`Money.allocate` for bare minor units; no part of an amount up to the weights' sum is more
    than its weight."""
    if not weights or min(weights) < 0:
        raise ValueError("weights must be given and not negative")
    scales = weights if any(weights) else [1] * len(weights)
    weight, sign = sum(scales), -1 if amount < 0 else 1
    parts = [divmod(abs(amount) * scale, weight) for scale in scales]
    left = abs(amount) - sum(whole for whole, _ in parts)
    by_rest = sorted(range(len(parts)), key=lambda index: -parts[index][1])
    luckier = set(by_rest[:left])
    return [sign * (whole + (index in luckier)) for index, (whole, _) in enumerate(parts)]
