import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.tenants.errors import SlugRefused, SlugReserved
from kram.tenants.slugs import RESERVED, candidates, check_slug, hyphenated

FORM = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")


@pytest.mark.parametrize(
    ("name", "language", "slug"),
    [
        ("Крамниця «Згарда»", "uk", "kramnytsia-zgharda"),
        ("Об'єднання Їжа", "uk", "obiednannia-yizha"),
        ("Цветы и подарки", "ru", "tsvety-i-podarki"),
        ("Щёлковский шёлк", "ru", "shchyolkovskiy-shyolk"),
        ("Дүкен Қазақстан", "ru", "duken-qazaqstan"),
        ("Łódź Café Größe", "en", "lodz-cafe-grosse"),
        ("Bloom & Co. 24/7", "en", "bloom-co-24-7"),
    ],
)
def test_the_first_address_is_the_name_in_latin(name: str, language: str, slug: str) -> None:
    assert next(candidates(name, language)) == slug


@pytest.mark.parametrize("name", ["", "🌷", "日本", "Я", "admin", "Dashboard"])
def test_a_name_that_gives_no_address_gets_one_with_a_suffix(name: str) -> None:
    first = next(candidates(name, "uk"))
    assert FORM.fullmatch(first)
    assert re.search(r"-[0-9a-z]{4}$", first)


@given(st.text(max_size=80), st.sampled_from(["uk", "ru", "en"]))
def test_every_candidate_is_an_address(name: str, language: str) -> None:
    for slug in islice(candidates(name, language), 3):
        assert check_slug(slug) == slug


@given(st.text(max_size=40))
def test_hyphenated_text_has_no_stray_hyphens(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", hyphenated(text))


@pytest.mark.parametrize("typed", ["ab", "-ab", "ab-", "a b c", "крам", "a_b_c", "x" * 41, "a/b/c"])
def test_a_typed_address_of_another_form_is_refused(typed: str) -> None:
    with pytest.raises(SlugRefused):
        check_slug(typed)


@pytest.mark.parametrize("typed", ["api", "Dashboard", "sandbox-pay"])
def test_reserved_words_are_refused(typed: str) -> None:
    with pytest.raises(SlugReserved):
        check_slug(typed)


def test_reserved_words_are_addresses_or_too_short_to_be_typed() -> None:
    assert all(len(word) < 3 or FORM.fullmatch(word) for word in RESERVED)
