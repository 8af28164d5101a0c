"""Colours that can be read, pictures for goods without one, amounts written alike."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kram.kit.i18n import LANGUAGES
from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.miniapp.pages.art import art_of
from kram.miniapp.pages.colours import (
    DARK_SURFACE,
    ENOUGH,
    LIGHT_SURFACE,
    accents_of,
    contrast,
)
from kram.miniapp.pages.money_shape import money_shape

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
@example("#000000")
@example("#ffffff")
@example("#ffff00")
def test_every_accent_can_be_read_on_light_and_on_dark(colour: str) -> None:
    light, dark = accents_of(colour)

    assert contrast(light.text, LIGHT_SURFACE) >= ENOUGH
    assert contrast(dark.text, DARK_SURFACE) >= ENOUGH
    assert contrast(light.fill, light.on_fill) >= ENOUGH
    assert contrast(dark.fill, dark.on_fill) >= ENOUGH


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("chosen", ["", "red", "#12345", "#12345g", "url(x)", "#123456;}"])
def test_what_is_no_colour_becomes_our_own(chosen: str) -> None:
    assert accents_of(chosen) == accents_of("#2f7d4f")


@given(st.text(max_size=40))
@example("<script>alert(1)</script>")
@example("'\"&")
@example("")
def test_art_is_a_sound_picture_for_every_title(title: str) -> None:
    address = art_of(title)

    assert re.fullmatch(r"data:image/svg\+xml,[!-~ ]+", address)
    picture = ET.fromstring(unquote(address.removeprefix("data:image/svg+xml,")))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))


def test_art_is_the_same_for_the_same_title_and_differs_for_another() -> None:
    assert art_of("Чай") == art_of("Чай")
    assert art_of("Чай") != art_of("Кава")


def written_like_the_script(minor: int, currency: str, language: str) -> str:
    """`page/money.ts`, word for word."""
    shape = money_shape(currency, language)
    digits = str(abs(minor)).rjust(shape.exponent + 1, "0")
    whole = digits[: len(digits) - shape.exponent]
    fraction = digits[len(digits) - shape.exponent :]
    grouped = re.sub(r"\B(?=(\d{3})+$)", shape.group, whole)
    shown = grouped if int(fraction or 0) == 0 else grouped + shape.decimal + fraction
    return f"{shape.before}{shown}{shape.after}"


@given(
    minor=st.integers(0, 10**13),
    currency=st.sampled_from(
        ["UAH", "RUB", "EUR", "USD", "KZT", "UZS", "PLN", "JPY", "KWD", "XTR"]
    ),
    language=st.sampled_from(LANGUAGES),
)
def test_the_script_writes_amounts_as_we_do(minor: int, currency: str, language: str) -> None:
    expected = format_money(Money(minor, currency), language, trim_zeros=True)

    assert written_like_the_script(minor, currency, language) == expected
