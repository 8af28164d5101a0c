from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.currencies import EXPONENTS
from kram.kit.money import (
    LARGEST,
    SMALLEST,
    AmountNegative,
    AmountTooLarge,
    CurrencyMismatch,
    Money,
    Rounding,
    divided,
    total,
)

amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)
DECIMAL_ROUNDINGS = {
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
}


def uah(minor: int) -> Money:
    return Money(minor, "UAH")


@given(amounts, weights)
def test_allocated_parts_sum_to_the_amount(amount: int, shares: list[int]) -> None:
    parts = uah(amount).allocate(shares)
    assert len(parts) == len(shares)
    assert total(parts, "UAH") == uah(amount)


@given(amounts, weights)
def test_an_allocated_part_is_within_one_unit_of_its_exact_share(
    amount: int, shares: list[int]
) -> None:
    whole = sum(shares)
    for part, share in zip(uah(amount).allocate(shares), shares, strict=True):
        if whole:
            assert abs(part.minor * whole - amount * share) < whole


@given(amounts, weights)
def test_no_part_has_the_opposite_sign_and_zero_weight_gets_nothing(
    amount: int, shares: list[int]
) -> None:
    for part, share in zip(uah(amount).allocate(shares), shares, strict=True):
        assert part.minor * amount >= 0
        assert share or not any(shares) or part.minor == 0


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (1, [0, 0, 0], [1, 0, 0]),
        (5, [3, 7], [2, 3]),
        (10, [1, 0, 1], [5, 0, 5]),
        (0, [2, 3], [0, 0]),
    ],
)
def test_allocate_gives_the_largest_remainders_the_left_units(
    amount: int, shares: list[int], parts: list[int]
) -> None:
    assert [part.minor for part in uah(amount).allocate(shares)] == parts


@pytest.mark.parametrize("shares", [[], [1, -1]])
def test_allocate_refuses_weights_without_meaning(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        uah(1).allocate(shares)


@given(amounts, st.integers(-1000, 1000), st.integers(1, 1000), st.sampled_from(Rounding))
def test_scale_rounds_as_decimal_does(
    amount: int, numerator: int, denominator: int, rounding: Rounding
) -> None:
    exact = Decimal(amount * numerator) / Decimal(denominator)
    expected = int(exact.quantize(Decimal(1), DECIMAL_ROUNDINGS[rounding]))
    assert uah(amount).scale(numerator, denominator, rounding) == uah(expected)


@pytest.mark.parametrize(
    ("rounding", "results"),
    [
        (Rounding.HALF_EVEN, [2, 0, 0, -2]),
        (Rounding.HALF_UP, [2, 1, -1, -2]),
        (Rounding.UP, [2, 1, -1, -2]),
        (Rounding.DOWN, [1, 0, 0, -1]),
    ],
)
def test_roundings_of_halves(rounding: Rounding, results: list[int]) -> None:
    assert [divided(n, 2, rounding) for n in (3, 1, -1, -3)] == results


def test_two_currencies_never_mix() -> None:
    euro = Money(1, "EUR")
    for mix in (
        lambda: uah(1) + euro,
        lambda: uah(1) - euro,
        lambda: uah(1) < euro,
        lambda: uah(1) <= euro,
        lambda: uah(1) > euro,
        lambda: uah(1) >= euro,
        lambda: total([euro], "UAH"),
    ):
        with pytest.raises(CurrencyMismatch):
            mix()
    assert uah(1) != euro


def test_arithmetic_and_order() -> None:
    assert uah(5) + uah(7) == uah(12)
    assert uah(5) - uah(7) == uah(-2) == -uah(2)
    assert uah(5) * 3 == 3 * uah(5) == uah(15)
    assert uah(1) < uah(2) <= uah(2)
    assert uah(3) > uah(2) >= uah(2)
    assert not uah(0)
    assert uah(-1)


def test_a_result_outside_bigint_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        uah(LARGEST) + uah(1)
    with pytest.raises(AmountTooLarge):
        uah(SMALLEST) - uah(1)


@pytest.mark.parametrize("minor", [1.0, "1", True, None, Decimal(1)])
def test_minor_units_are_whole_numbers(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "UAH")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        uah(1) * minor  # type: ignore[operator]


def test_not_negative_refuses_only_amounts_below_zero() -> None:
    assert uah(0).not_negative() == uah(0)
    with pytest.raises(AmountNegative):
        uah(-1).not_negative()


def test_json_form_has_whole_minor_units() -> None:
    encoded = msgspec.json.encode(uah(1250))
    assert encoded == b'{"minor":1250,"currency":"UAH"}'
    assert msgspec.json.decode(encoded, type=Money) == uah(1250)


@pytest.mark.parametrize(
    "body",
    [
        '{"minor":12.5,"currency":"UAH"}',
        '{"minor":1.0,"currency":"UAH"}',
        '{"minor":"1","currency":"UAH"}',
        '{"minor":1,"currency":"uah"}',
        '{"minor":1,"currency":"ZZZ"}',
        '{"minor":9223372036854775808,"currency":"UAH"}',
        '{"minor":1}',
    ],
)
def test_json_that_is_not_money_is_refused(body: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Money)


def test_exponents_of_the_standard() -> None:
    known = {"UAH": 2, "RUB": 2, "KZT": 2, "UZS": 2, "EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}
    assert {code: EXPONENTS[code] for code in known} == known
    assert EXPONENTS["XTR"] == 0
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
