"""A text as a bot sends it, made into what a message holds."""

from dataclasses import dataclass

import msgspec

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.formatting.html import parse_html
from kram.app.devstack.telegram.formatting.plain import with_found
from kram.app.devstack.telegram.formatting.utf16 import units
from kram.app.devstack.telegram.wire.messages import MessageEntity


@dataclass(frozen=True)
class FormattedText:
    """Text without markup, and what is marked in it."""

    text: str
    entities: list[MessageEntity]

    @property
    def entities_or_none(self) -> list[MessageEntity] | None:
        return self.entities or None


def formatted(source: str, parse_mode: str, entities: object) -> FormattedText:
    """Reads markup or given entities, trims, finds links. Raises Telegram's refusals."""
    match parse_mode.lower():
        case "html":
            text, marked = parse_html(source)
        case "" | "none":
            text, marked = source, _given(entities)
        case _:
            raise bad_request("unsupported parse_mode")
    return _trimmed(text, marked)


def _given(entities: object) -> list[MessageEntity]:
    if not entities:
        return []
    try:
        return msgspec.convert(entities, list[MessageEntity])
    except msgspec.ValidationError as error:
        raise bad_request("can't parse entities: Expected an Array of MessageEntity") from error


def _trimmed(text: str, entities: list[MessageEntity]) -> FormattedText:
    """Telegram drops white space at both ends; entities move and shrink with it."""
    lead = units(text) - units(text.lstrip())
    trimmed = text.strip()
    length = units(trimmed)
    kept = []
    for entity in entities:
        start = max(0, entity.offset - lead)
        end = min(length, entity.offset + entity.length - lead)
        if end > start:
            entity.offset, entity.length = start, end - start
            kept.append(entity)
    return FormattedText(trimmed, with_found(trimmed, kept))
