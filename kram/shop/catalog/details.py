"""What a product has beside its title and variants, as somebody typed it."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from kram.kit.errors import FieldError
from kram.kit.i18n import is_spoken
from kram.kit.messages import gettext_noop
from kram.kit.text import line, lines, refused

MOST_TAGS, LONGEST_TAG, MOST_RELATED = 50, 50, 20
LONGEST_ADDRESS = 500
Translations = dict[str, dict[str, str]]
"""By language, by field; a field that is empty there is shown in the shop's own language."""


class ProductDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    slug: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    translations: Translations | UnsetType = UNSET
    related: tuple[UUID, ...] | UnsetType = UNSET
    video_url: str | UnsetType = UNSET
    is_returnable: bool | UnsetType = UNSET


def clean_tags(tags: tuple[str, ...]) -> list[str]:
    """In the order given, each once, however it is written."""
    by_folded = {line(tag).casefold(): line(tag) for tag in tags if line(tag)}
    return list(by_folded.values())


def clean_translations(given: Translations, longest: Mapping[str, int]) -> Translations:
    """Without empty texts. `longest` has the fields that may be translated; others are left out."""
    made: Translations = {}
    for language, texts in given.items():
        kept = {name: lines(text) for name, text in texts.items() if name in longest}
        kept = {name: text for name, text in kept.items() if text}
        if kept:
            made[language] = kept
    return made


def refused_translations(given: Translations, longest: Mapping[str, int]) -> Iterator[FieldError]:
    for language, texts in given.items():
        at = f"/translations/{language}"
        if not is_spoken(language):
            yield FieldError(
                at, "language_unknown", gettext_noop("Choose one of the shop's languages")
            )
        for name, text in texts.items():
            yield from refused(f"{at}/{name}", text, longest[name], needed=False)


def refused_tags(tags: list[str]) -> Iterator[FieldError]:
    if len(tags) > MOST_TAGS:
        yield FieldError("/tags", "too_many", gettext_noop("Give at most 50 tags"))
    for place, tag in enumerate(tags):
        yield from refused(f"/tags/{place}", tag, LONGEST_TAG, needed=True)


def refused_video(address: str) -> Iterator[FieldError]:
    if not address:
        return
    if len(address) > LONGEST_ADDRESS or not is_plain_https(address):
        yield FieldError(
            "/video_url",
            "address_invalid",
            gettext_noop("Give an address that begins with https://"),
        )


def is_plain_https(address: str) -> bool:
    """Whether it may stand in a link: https, a host, and nothing that could end the attribute."""
    if any(letter.isspace() or letter in "\"'<>\\`" for letter in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
