"""How amounts of a currency are written in a language, for the script to write them alike."""

import re
from functools import lru_cache

import msgspec

from kram.kit.money import Money
from kram.kit.money_text import format_money


class MoneyShape(msgspec.Struct, frozen=True):
    before: str
    after: str
    group: str
    decimal: str
    exponent: int


@lru_cache(maxsize=512)
def money_shape(currency: str, language: str) -> MoneyShape:
    """Read off a written sample: the one place that knows how to write is `format_money`."""
    exponent = Money.zero(currency).exponent
    sample = format_money(Money(1234567 * 10**exponent + (exponent and 1), currency), language)
    written = re.fullmatch(
        r"(?P<before>[^0-9]*)1(?P<group>[^0-9]*)234[^0-9]*567"
        r"(?:(?P<decimal>[^0-9])[0-9]+)?(?P<after>[^0-9]*)",
        sample,
    )
    assert written is not None, f"{sample!r} groups its digits in a way of its own"
    return MoneyShape(
        written["before"], written["after"], written["group"], written["decimal"] or "", exponent
    )
