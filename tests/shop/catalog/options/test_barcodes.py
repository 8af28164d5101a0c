"""Check digits (GS1 General Specifications, 7.9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.shop.catalog.options.changes import barcode_doubt


@pytest.mark.parametrize(
    "barcode", ["4006381333931", "036000291452", "96385074", "10614141000415", "", "ABC-1", "12345"]
)
def test_right_codes_and_a_shops_own_raise_no_doubt(barcode: str) -> None:
    assert not barcode_doubt(barcode)


@pytest.mark.parametrize("barcode", ["4006381333932", "036000291453", "96385075"])
def test_a_wrong_check_digit_raises_a_doubt(barcode: str) -> None:
    assert barcode_doubt(barcode)


@given(st.from_regex(r"[0-9]{11}|[0-9]{12}", fullmatch=True))
def test_exactly_one_check_digit_is_right(body: str) -> None:
    assert sum(not barcode_doubt(body + str(digit)) for digit in range(10)) == 1
