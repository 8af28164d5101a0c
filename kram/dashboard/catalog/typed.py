"""Amounts, measures, attributes and translations as a form holds them."""

from collections.abc import Mapping, Sequence
from typing import Any

from kram.dashboard.pages.forms import FieldsRefused, Form
from kram.kit.errors import AppError, Kind
from kram.kit.i18n import LANGUAGES
from kram.kit.messages import gettext_noop
from kram.shop.catalog.drafts import parse_price

_MOST_DIGITS = 9


class MeasureInvalid(AppError):
    code = "measure_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Give a whole number from 0 up")


def amount_of(typed: str, currency: str) -> int | None:
    """Minor units; None for an empty field. Raises: what `parse_price` does."""
    return parse_price(typed, currency).minor if typed.strip() else None


def measure_of(typed: str, _currency: str = "") -> int | None:
    """Grams or millimetres; None for an empty field. Raises: MeasureInvalid."""
    text = typed.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise MeasureInvalid
    return int(text)


def attributes_of(form: Form) -> dict[str, Any]:
    """Of the fields that `components/attributes.html` draws; one without a value is empty."""
    values: dict[str, Any] = {}
    for code in form.all("attribute_code"):
        given = [value for value in form.all(f"attributes.{code}") if value.strip()]
        values[code] = given if form.has(f"several.{code}") else (given or [""])[0]
    return values


def shown_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"attributes.{code}": value if isinstance(value, list) else str(value)
        for code, value in values.items()
    }


def whole_of(form: Form, name: str) -> int:
    """0 for an empty field. Raises: FieldsRefused."""
    try:
        return measure_of(form.get(name)) or 0
    except MeasureInvalid as error:
        raise FieldsRefused({name: error}) from None


def translations_of(form: Form, fields: Sequence[str]) -> dict[str, dict[str, str]]:
    """Of fields that are called `translations.en.title` and the like."""
    return {
        language: {name: form.get(f"translations.{language}.{name}") for name in fields}
        for language in LANGUAGES
    }


def shown_translations(kept: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        f"translations.{language}.{name}": text
        for language, texts in kept.items()
        for name, text in texts.items()
    }
