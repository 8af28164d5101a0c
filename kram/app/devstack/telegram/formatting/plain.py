"""What Telegram finds in plain text by itself: commands, mentions, links, addresses."""

import re
from collections.abc import Iterator

from kram.app.devstack.telegram.formatting.utf16 import units
from kram.app.devstack.telegram.wire.messages import MessageEntity

PATTERNS = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)»]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "url",
        re.compile(
            r"(?<![\w@/.-])(?:[\w-]+\.)+(?:com|org|net|me|ua|ru|kz|uz|eu|io|shop|example)\b"
            r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)»])?"
        ),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?\b")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w{1,256}\b")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,16}\d\b")),
)
OPAQUE = frozenset({"pre", "code", "text_link", "url", "email", "mention", "bot_command"})


def with_found(text: str, entities: list[MessageEntity]) -> list[MessageEntity]:
    """The entities and those found in the text; nothing is found inside code or links."""
    found = list(entities)
    for kind, pattern in PATTERNS:
        for entity in _matches(kind, pattern, text):
            if not any(_overlaps(entity, other) for other in found if other.type in OPAQUE):
                found.append(entity)
    return sorted(found, key=lambda entity: (entity.offset, -entity.length))


def _matches(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[MessageEntity]:
    for match in pattern.finditer(text):
        yield MessageEntity(type=kind, offset=units(text[: match.start()]), length=units(match[0]))


def _overlaps(one: MessageEntity, other: MessageEntity) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length
