import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.dashboard.catalog.drafts import Row, rows_of, typed_price, without_blanks
from kram.dashboard.catalog.photos import moved
from kram.dashboard.catalog.tree import branches
from kram.dashboard.pages.forms import Form, field_name
from kram.kit.ids import new_id
from kram.shop.catalog.drafts import parse_price
from kram.shop.catalog.models import Category, Variant

IDS = [new_id() for _ in range(3)]


@given(
    st.integers(0, 10**12),
    st.sampled_from(["UAH", "JPY", "KWD", "XTR"]),
    st.sampled_from(["uk", "ru", "en"]),
)
def test_a_price_written_into_the_form_is_read_back_unchanged(
    minor: int, currency: str, language: str
) -> None:
    variant = Variant(price_minor=minor, currency=currency)
    assert parse_price(typed_price(variant, language), currency).minor == minor


def test_a_form_without_rows_has_one_to_fill_in() -> None:
    assert rows_of(Form()) == [Row()]


def test_blank_rows_go_and_those_of_known_variants_stay() -> None:
    form = Form.of(
        variant_id=["", "x", ""], variant_title=["", "", " "], variant_sku=["A", "", " "]
    )
    assert [(row.id, row.sku) for row in rows_of(without_blanks(form))] == [("", "A"), ("x", "")]


@pytest.mark.parametrize(
    ("by", "order"), [("-1", [1, 0, 2]), ("1", [0, 2, 1]), ("nonsense", [0, 2, 1])]
)
def test_a_photo_moves_one_place(by: str, order: list[int]) -> None:
    assert moved(IDS, IDS[1], by) == [IDS[place] for place in order]


def test_at_an_end_a_photo_stays() -> None:
    assert moved(IDS, IDS[0], "-1") == IDS
    assert moved(IDS, IDS[2], "1") == IDS


def test_a_tree_is_shown_depth_first() -> None:
    root, child, other = (Category(id=key, name=str(key), parent_id=None) for key in IDS)
    child.parent_id = root.id
    assert [(one.category, one.depth) for one in branches([root, child, other])] == [
        (root, 0),
        (child, 1),
        (other, 0),
    ]


def test_pointers_become_names_of_fields() -> None:
    assert field_name("/variants/0/sku") == "variants.0.sku"
