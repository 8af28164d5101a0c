"""Whatever Kram says, it says in Ukrainian and Russian too."""

import re
from collections.abc import Sequence

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message

from scripts.messages import LANGUAGES, collect, read, untranslated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def used() -> Catalog:
    return collect()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(used: Catalog, language: str) -> None:
    missing = [message.id for message in untranslated(language, used)]
    assert missing == [], "run python scripts/messages.py and translate what it lists"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    assert [message.id for message in read(language) if message.id and not _keeps(message)] == []


def test_the_scan_finds_the_words_of_code_and_of_templates(used: Catalog) -> None:
    places = {place.split("/")[0] for message in used for place, _ in message.locations}
    assert {"kram", "templates"} <= places


def _keeps(message: Message) -> bool:
    wanted = set(PLACEHOLDER.findall(" ".join(_forms(message.id))))
    said = _forms(message.string)
    return all(set(PLACEHOLDER.findall(text)) == wanted for text in said if text)


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text] if isinstance(text, str) else text or []
