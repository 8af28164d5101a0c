"""Amounts, dates and counts as a page writes them in one language."""

from datetime import UTC, date, datetime, tzinfo
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_name

from kram.kit.currencies import EXPONENTS
from kram.kit.money import Money
from kram.kit.money_text import format_money


def helpers(language: str) -> dict[str, Any]:
    def money(minor: int, currency: str) -> str:
        return format_money(Money(minor, currency), language, trim_zeros=True)

    def plain_money(minor: int, currency: str) -> str:
        """As its owner would type it: no currency, no thousands."""
        exponent = EXPONENTS[currency]
        major, rest = divmod(minor, 10**exponent)
        return f"{major}.{rest:0{exponent}d}" if rest else str(major)

    def moment(at: datetime, zone: tzinfo) -> str:
        return format_datetime(at.astimezone(zone), "d MMM y, HH:mm", locale=language)

    def day(at: date) -> str:
        return format_date(at, "d MMMM", locale=language)

    def number(count: int) -> str:
        return format_decimal(count, locale=language)

    def currency_name(code: str) -> str:
        return f"{code} · {get_currency_name(code, locale=language)}"

    return {
        "utc": UTC,
        "money": money,
        "plain_money": plain_money,
        "moment": moment,
        "day": day,
        "number": number,
        "currency_name": currency_name,
    }
