"""Amounts as people type and read them."""

import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern

from kram.kit.currencies import EXPONENTS, SIGNS, STARS
from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.money import LARGEST_PAYABLE, AmountTooLarge, Money

_SPACES = "\u0020\u00a0\u2009\u202f"
_TYPED = re.compile(
    rf"(?P<sign>[-\u2212]?)(?P<whole>[0-9]+|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)"
    r"(?:[.,](?P<fraction>[0-9]+))?"
)
_NO_BREAK_SPACE = "\u00a0"


class AmountUnreadable(AppError):
    code = "amount_unreadable"
    kind = Kind.INVALID
    title = gettext_noop("Write the amount in digits, for example 1250.50")


class TooManyDecimals(AppError):
    code = "amount_too_precise"
    kind = Kind.INVALID
    title = gettext_noop("The amount has too many decimals")


class UnknownCurrency(AppError):
    code = "currency_unknown"
    kind = Kind.INVALID
    title = gettext_noop("Use a currency code such as UAH, EUR or USD")


def parse_money(text: str, currency: str, *, signed: bool = False) -> Money:
    """Reads "12.50", "12,50", "1 250". Never rounds. Only `signed` lets a minus through.

    Raises: AmountUnreadable, TooManyDecimals, AmountTooLarge, UnknownCurrency.
    """
    if currency not in EXPONENTS:
        raise UnknownCurrency
    typed = _TYPED.fullmatch(text.strip()) if len(text) <= 64 else None
    if typed is None or (typed["sign"] and not signed):
        raise AmountUnreadable
    minor = _minor_units(re.sub(f"[{_SPACES}]", "", typed["whole"]), typed["fraction"], currency)
    return Money(-minor if typed["sign"] else minor, currency)


def _minor_units(whole: str, fraction: str | None, currency: str) -> int:
    decimals = EXPONENTS[currency]
    fraction = fraction or ""
    if len(fraction) > decimals:
        raise TooManyDecimals(_too_many(decimals), currency=currency, decimals=decimals)
    minor = int(whole + fraction.ljust(decimals, "0"))
    if minor > LARGEST_PAYABLE:
        raise AmountTooLarge
    return minor


def _too_many(decimals: int) -> str:
    if decimals == 0:
        return gettext_noop("%(currency)s has no decimals: write a whole number")
    return gettext_noop("%(currency)s has at most %(decimals)s decimals: remove the rest")


def format_money(amount: Money, locale: str, *, trim_zeros: bool = False) -> str:
    """For people, never to be parsed again; `trim_zeros` writes 12.00 as 12."""
    major = Decimal(amount.minor).scaleb(-amount.exponent)
    whole = trim_zeros and major == major.to_integral_value()
    spoken, pattern = _pattern(locale, amount.currency, 0 if whole else amount.exponent)
    written: str = pattern.apply(major, spoken, currency_digits=False)
    return written.replace("¤", _sign(amount.currency, spoken))


@lru_cache(maxsize=512)
def _pattern(locale: str, currency: str, decimals: int) -> tuple[Locale, NumberPattern]:
    spoken = Locale.parse(locale.replace("-", "_"))
    source = spoken.currency_formats["standard"].pattern
    if currency == STARS:
        source = f"¤{_NO_BREAK_SPACE}#,##0"
    elif source.startswith("¤#") and _sign(currency, spoken).isalpha():
        source = source.replace("¤", f"¤{_NO_BREAK_SPACE}", 1)
    pattern = parse_pattern(source)
    pattern.frac_prec = (decimals, decimals)
    return spoken, pattern


def _sign(currency: str, locale: Locale) -> str:
    if currency == STARS:
        return "⭐"
    return SIGNS.get(currency) or get_currency_symbol(currency, locale)
