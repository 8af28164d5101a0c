import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.currencies import EXPONENTS
from kram.kit.errors import AppError
from kram.kit.money import LARGEST_PAYABLE, AmountTooLarge, Money
from kram.kit.money_text import (
    AmountUnreadable,
    TooManyDecimals,
    UnknownCurrency,
    format_money,
    parse_money,
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "UAH", 1250),
        ("12,50", "UAH", 1250),
        ("12,5", "UAH", 1250),
        (" 1 250 ", "UAH", 125000),
        ("1\u00a0250\u00a0000,07", "UAH", 125000007),
        ("1\u202f250", "EUR", 125000),
        ("0", "UAH", 0),
        ("007", "UAH", 700),
        ("25", "XTR", 25),
        ("1250", "JPY", 1250),
        ("0.005", "KWD", 5),
    ],
)
def test_reads_what_people_type(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "refusal"),
    [
        ("0.005", "UAH", TooManyDecimals),
        ("12.500", "UAH", TooManyDecimals),
        ("1.5", "XTR", TooManyDecimals),
        ("1000000000000000000", "UAH", AmountTooLarge),
        ("1000000000000000000", "XTR", AmountTooLarge),
        ("9" * 60, "UAH", AmountTooLarge),
        ("9" * 65, "UAH", AmountUnreadable),
        ("", "UAH", AmountUnreadable),
        ("NaN", "UAH", AmountUnreadable),
        ("Infinity", "UAH", AmountUnreadable),
        ("1e3", "UAH", AmountUnreadable),
        ("1_000", "UAH", AmountUnreadable),
        ("0x10", "UAH", AmountUnreadable),
        ("+5", "UAH", AmountUnreadable),
        ("-5", "UAH", AmountUnreadable),
        ("12.", "UAH", AmountUnreadable),
        (".5", "UAH", AmountUnreadable),
        ("1,250.00", "UAH", AmountUnreadable),
        ("1 25", "UAH", AmountUnreadable),
        ("1 2500", "UAH", AmountUnreadable),
        ("\u0661\u0662", "UAH", AmountUnreadable),
        ("12 грн", "UAH", AmountUnreadable),
        ("1\n250", "UAH", AmountUnreadable),
        ("1", "ZZZ", UnknownCurrency),
        ("1", "uah", UnknownCurrency),
    ],
)
def test_refuses_what_it_would_have_to_guess(
    text: str, currency: str, refusal: type[AppError]
) -> None:
    with pytest.raises(refusal):
        parse_money(text, currency)


def test_a_minus_is_read_only_where_it_is_asked_for() -> None:
    assert parse_money("-12.50", "UAH", signed=True) == Money(-1250, "UAH")
    assert parse_money("\u22121", "UAH", signed=True) == Money(-100, "UAH")


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(TooManyDecimals, match="UAH has at most 2 decimals: remove the rest"):
        parse_money("0.005", "UAH")
    with pytest.raises(TooManyDecimals, match="XTR has no decimals: write a whole number"):
        parse_money("0.5", "XTR")


@given(st.text(max_size=80), st.sampled_from(sorted(EXPONENTS)), st.booleans())
def test_any_text_is_read_or_refused_never_anything_else(
    text: str, currency: str, signed: bool
) -> None:
    try:
        amount = parse_money(text, currency, signed=signed)
    except AppError:
        return
    assert abs(amount.minor) <= LARGEST_PAYABLE
    assert signed or amount.minor >= 0


@given(st.integers(0, LARGEST_PAYABLE), st.sampled_from(sorted(EXPONENTS)))
def test_digits_survive_a_round_trip(minor: int, currency: str) -> None:
    decimals = EXPONENTS[currency]
    digits = str(minor).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "locale", "written"),
    [
        (Money(123456750, "UAH"), "uk", "1 234 567,50 ₴"),
        (Money(123456750, "UAH"), "en", "₴1,234,567.50"),
        (Money(-1250, "RUB"), "ru", "-12,50 ₽"),
        (Money(500000, "KZT"), "ru", "5 000,00 ₸"),
        (Money(150, "UZS"), "en", "UZS 1.50"),
        (Money(1250, "JPY"), "en", "¥1,250"),
        (Money(1, "KWD"), "en-GB", "KWD 0.001"),
        (Money(150, "IRR"), "en", "IRR 1.50"),
        (Money(2500, "XTR"), "uk", "⭐ 2 500"),
        (Money(25, "XTR"), "en", "⭐ 25"),
        (Money(2**63 - 1, "USD"), "en", "$92,233,720,368,547,758.07"),
    ],
)
def test_writes_for_people(amount: Money, locale: str, written: str) -> None:
    assert format_money(amount, locale).replace("\u00a0", " ") == written


def test_zero_decimals_are_left_out_only_when_they_are_zero() -> None:
    assert format_money(Money(1200, "UAH"), "en", trim_zeros=True) == "₴12"
    assert format_money(Money(1250, "UAH"), "en", trim_zeros=True) == "₴12.50"
