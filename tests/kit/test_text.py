"""What is kept of a text can be seen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.text import line, lines, refused, visible

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ZERO_WIDTH = "\u200b\u2060\ufeff\u00ad\u180e"
FAMILY = "👩\u200d🍳"
anything = st.text(st.characters(exclude_categories=[]))
typed = anything | st.text(st.sampled_from(f"a \t\r\n\0\u2028{BIDI}{ZERO_WIDTH}\u200c\u200d"))


@pytest.mark.parametrize("letter", [*BIDI, *ZERO_WIDTH, "\x01", "\x1f", "\x7f", "\x9f", "\ud800"])
def test_what_cannot_be_seen_goes_wherever_it_stands(letter: str) -> None:
    assert line(f"{letter} Mug{letter} of {letter} clay{letter}") == "Mug of clay"
    assert lines(f"{letter}Mug{letter}\n{letter}clay") == "Mug\nclay"
    assert visible(f"A-{letter}1") == "A-1"


def test_joiners_stay_inside_and_are_no_name_by_themselves() -> None:
    assert (line(FAMILY), lines(f"{FAMILY}\nمی\u200cخواهم")) == (FAMILY, f"{FAMILY}\nمی\u200cخواهم")
    assert (line("\u200d \u200c"), lines("\u200d\n\u200c")) == ("", "")


def test_a_letter_of_two_parts_is_the_one_on_the_keyboard() -> None:
    assert line("Чаи\u0306ник") == "Чайник"


def test_several_lines_keep_their_inside_and_end_plainly() -> None:
    assert lines(" one\r\n\r\n\ttwo  2\u2028three\x0bfour \n") == "one\n\n\ttwo  2\nthree\nfour"


@given(typed)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (visible, line, lines):
        assert clean(clean(text)) == clean(text)


@given(typed)
def test_nothing_invisible_is_left_but_joiners_breaks_and_nul(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs"}
    for clean, allowed in ((line, "\0"), (lines, "\0\t\n")):
        left = {letter for letter in clean(text) if unicodedata.category(letter) in hidden}
        assert left <= set(f"{allowed}\u200c\u200d")


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("", "required", "Fill this in"),
        ("x" * 11, "too_long", "Make this shorter"),
        ("a\0b", "bad_character", "Remove the invisible character"),
    ],
)
def test_each_fault_has_its_own_advice(text: str, code: str, advice: str) -> None:
    [error] = refused("/name", text, 10, needed=True)
    assert (error.pointer, error.code, error.detail) == ("/name", code, advice)


def test_a_fit_text_is_not_refused() -> None:
    assert [*refused("/name", "x" * 10, 10, needed=True), *refused("/n", "", 1, needed=False)] == []
