"""What a definition and a value may be."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, assert_never
from uuid import UUID

import msgspec

from kram.kit.errors import FieldError
from kram.kit.i18n import is_spoken
from kram.kit.messages import gettext_noop
from kram.kit.text import line
from kram.shop.catalog.details import Translations
from kram.shop.catalog.models import AttributeKind, AttributeScope

MOST_CHOICES, LONGEST_LABEL, LONGEST_VALUE, LONGEST_UNIT = 200, 60, 200, 12
LARGEST_NUMBER = 10**12
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CHOICE_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
WITH_CHOICES = (AttributeKind.CHOICE, AttributeKind.COLOUR)


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """`names` are by language; `colour` ("#1a2b3c") belongs to colours."""

    code: str
    label: str
    names: dict[str, str] = {}
    colour: str = ""


class AttributeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`code` and `kind` are chosen once."""

    code: str
    label: str
    kind: AttributeKind
    scope: AttributeScope = AttributeScope.PRODUCT
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    is_filter: bool = True
    position: int = 0
    translations: Translations = {}


def clean(draft: AttributeDraft) -> AttributeDraft:
    choices = tuple(
        msgspec.structs.replace(
            choice,
            code=choice.code.strip().lower(),
            label=line(choice.label),
            names={
                language: line(name.replace("\0", " "))[:LONGEST_LABEL]
                for language, name in choice.names.items()
                if is_spoken(language)
            },
            colour=choice.colour.strip().lower(),
        )
        for choice in draft.choices
    )
    return msgspec.structs.replace(
        draft,
        code=draft.code.strip().lower(),
        label=line(draft.label),
        unit=line(draft.unit.replace("\0", " ")),
        choices=choices,
    )


def refused_fields(draft: AttributeDraft) -> Iterator[FieldError]:
    if not _CODE.fullmatch(draft.code):
        yield FieldError(
            "/code", "code_invalid", gettext_noop("Use up to 32 Latin letters, digits and _")
        )
    yield from _refused_label("/label", draft.label)
    if len(draft.unit) > LONGEST_UNIT:
        yield FieldError("/unit", "too_long", gettext_noop("Make this shorter"))
    if not 0 <= draft.position <= 1_000_000:
        yield FieldError(
            "/position", "position_invalid", gettext_noop("Give a whole number from 0 up")
        )
    if draft.kind in WITH_CHOICES:
        yield from _refused_choices(draft)
    elif draft.choices:
        yield FieldError(
            "/choices", "choices_unwanted", gettext_noop("Only choices and colours have a list")
        )


def _refused_choices(draft: AttributeDraft) -> Iterator[FieldError]:
    if not 1 <= len(draft.choices) <= MOST_CHOICES:
        yield FieldError("/choices", "choices_count", gettext_noop("Give 1 to 200 choices"))
    codes = [choice.code for choice in draft.choices]
    for place, choice in enumerate(draft.choices):
        at = f"/choices/{place}"
        yield from _refused_label(f"{at}/label", choice.label)
        if not _CHOICE_CODE.fullmatch(choice.code) or codes.count(choice.code) > 1:
            yield FieldError(
                f"{at}/code",
                "code_invalid",
                gettext_noop("Each choice needs a code of its own of Latin letters and digits"),
            )
        if choice.colour and not _COLOUR.fullmatch(choice.colour):
            yield FieldError(
                f"{at}/colour", "colour_invalid", gettext_noop("Write a colour like #1a2b3c")
            )


def _refused_label(at: str, label: str) -> Iterator[FieldError]:
    if not 1 <= len(label) <= LONGEST_LABEL or "\0" in label:
        yield FieldError(at, "length", gettext_noop("A label has 1 to 60 characters"))


def value_of(kind: AttributeKind, choices: Sequence[Choice], given: Any) -> Any:
    """The value as it is kept; None if it does not fit. A reference is still to be looked up."""
    match kind:
        case AttributeKind.TEXT:
            text = line(given) if isinstance(given, str) else ""
            return text if 1 <= len(text) <= LONGEST_VALUE and "\0" not in text else None
        case AttributeKind.NUMBER:
            return _number(given)
        case AttributeKind.CHOICE | AttributeKind.COLOUR:
            return _codes(choices, given)
        case AttributeKind.DATE:
            return _date(given)
        case AttributeKind.REFERENCE:
            return _id(given)
        case _:
            assert_never(kind)


def _number(given: Any) -> float | int | None:
    if isinstance(given, str):
        try:
            given = float(given.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    if abs(given) > LARGEST_NUMBER:
        return None
    return int(given) if given == int(given) else round(given, 6)


def _codes(choices: Sequence[Choice], given: Any) -> list[str] | None:
    wanted = [given] if isinstance(given, str) else given
    if not isinstance(wanted, list | tuple) or not wanted:
        return None
    known = {choice.code for choice in choices}
    if not all(isinstance(code, str) and code in known for code in wanted):
        return None
    return list(dict.fromkeys(wanted))


def _date(given: Any) -> str | None:
    try:
        return date.fromisoformat(given).isoformat()
    except (TypeError, ValueError):
        return None


def _id(given: Any) -> str | None:
    try:
        return str(UUID(given))
    except (TypeError, ValueError, AttributeError):
        return None


def label_in(texts: Mapping[str, Mapping[str, str]], field: str, own: str, language: str) -> str:
    """A text in the language, else the shop's own."""
    return texts.get(language, {}).get(field) or own
