"""Addresses from titles."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.shop.catalog.slugs import candidates, free_slug, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Чайник електричний", "chaynik-elektrichniy"),
        ("Горщик із глини", "horshchyk-iz-hlyny"),
        ("М’ята та об'єкт", "myata-ta-obiekt"),
        ("Їжа, ґанок і Єва", "izha-ganok-i-ieva"),
        ("Горшок глиняный, 2 л", "gorshok-glinyanyy-2-l"),
        ("Щётка для ёлки", "shchetka-dlya-elki"),
        ("Қымыз Ұлттық", "qymyz-ulttyq"),
        ("Crème brûlée №5", "creme-brulee-no5"),
        ("  --Cup--  of   tea!! ", "cup-of-tea"),
        ("茶", "product"),
        ("🍵", "product"),
        ("", "product"),
        ("й", "y"),
    ],
)
def test_a_title_becomes_readable(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=300))
def test_any_text_becomes_an_address(title: str) -> None:
    slug = slug_of(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 80
    assert slug_of(slug) == slug


def test_the_first_free_name_is_taken() -> None:
    assert free_slug("cup", set()) == "cup"
    assert free_slug("cup", {"cup", "cup-3"}) == "cup-2"
    crowded = free_slug("cup", set(candidates("cup")))
    assert re.fullmatch(r"cup-[0-9a-z]{6}", crowded)
