"""Telegram's HTML: a few tags, four named references, errors with byte offsets.

The rules and error texts follow https://core.telegram.org/bots/api#html-style and TDLib.
"""

import re
from dataclasses import dataclass

from kram.app.devstack.telegram.errors import BotApiError, bad_request
from kram.app.devstack.telegram.formatting.utf16 import units
from kram.app.devstack.telegram.wire.messages import MessageEntity

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
}
KNOWN_TAGS = frozenset({*SIMPLE_TAGS, "a", "span", "code", "pre", "blockquote", "tg-emoji"})
REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#([0-9]{1,7})|#x([0-9a-f]{1,6}));", re.IGNORECASE)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass
class OpenTag:
    """A tag that waits for its end."""

    name: str
    argument: str
    offset: int
    position: int


class HtmlParser:
    """One pass over one text."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._units = 0
        self._open: list[OpenTag] = []
        self._entities: list[MessageEntity] = []

    def parse(self) -> tuple[str, list[MessageEntity]]:
        """The plain text and its entities, outer before inner. Raises Telegram's refusals."""
        while self._at < len(self._source):
            if self._source[self._at] == "<":
                self._tag()
            else:
                self._letter()
        if self._open:
            tag = self._open[-1].name
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        ordered = sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))
        return "".join(self._text), ordered

    def _letter(self) -> None:
        letter, self._at = _unescaped(self._source, self._at)
        self._text.append(letter)
        self._units += units(letter)

    def _tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._peek() == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        name = self._until(begin, "start").lower()
        if name not in KNOWN_TAGS:
            offset = self._bytes(begin)
            raise _cannot_parse(f'Unsupported start tag "{name}" at byte offset {offset}')
        attributes = self._attributes(name, begin)
        argument = _argument(name, attributes)
        if name == "span" and argument != "tg-spoiler":
            offset = self._bytes(begin)
            raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self._open.append(OpenTag(name, argument, self._units, len(self._text)))

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise _cannot_parse(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        name = self._until(begin, "end").removeprefix("/").lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise _cannot_parse(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise _cannot_parse(
                f"Unmatched end tag at byte offset {self._bytes(begin)},"
                f' expected "</{tag.name}>", found "</{name}>"'
            )
        if self._units > tag.offset:
            self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        entity = MessageEntity(
            type=_entity_type(tag), offset=tag.offset, length=self._units - tag.offset
        )
        match tag.name:
            case "a":
                self._link(entity, tag.argument or "".join(self._text[tag.position :]))
                return
            case "tg-emoji":
                entity.custom_emoji_id = tag.argument
            case "code" if tag.argument and self._open and self._open[-1].name == "pre":
                self._open[-1].argument = tag.argument
                return
            case "pre":
                entity.language = tag.argument or None
        self._entities.append(entity)

    def _link(self, entity: MessageEntity, target: str) -> None:
        """A link without a usable address stays plain text, as in Telegram."""
        if re.match(r"(https?|tg|ton|mailto|tel):", target, re.IGNORECASE):
            entity.url = target
            self._entities.append(entity)
        elif "." in target and " " not in target:
            entity.url = f"http://{target}"
            self._entities.append(entity)

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                self._at += 1
                return attributes
            name, value = self._attribute(tag, begin)
            attributes.setdefault(name, value)

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        start = self._at
        while self._peek() not in ("=", ">", "") and not self._peek().isspace():
            self._at += 1
        name = self._source[start : self._at].lower()
        if not name:
            raise _cannot_parse(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}'
            )
        self._skip_spaces()
        if self._peek() != "=":
            if name == "expandable":
                return name, name
            raise _cannot_parse(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
                f" at byte offset {self._bytes(begin)}"
            )
        self._at += 1
        self._skip_spaces()
        return name, self._value(begin)

    def _value(self, begin: int) -> str:
        quote = self._peek()
        if quote not in ("'", '"'):
            return self._bare_value(begin)
        self._at += 1
        value: list[str] = []
        while self._peek() not in (quote, ""):
            letter, self._at = _unescaped(self._source, self._at)
            value.append(letter)
        self._at += 1
        self._require_more(begin)
        return "".join(value)

    def _bare_value(self, begin: int) -> str:
        self._require_more(begin)
        match = NAME_TOKEN.match(self._source, self._at)
        value = match[0] if match else ""
        start, self._at = self._at, self._at + len(value)
        if self._peek() != ">" and not self._peek().isspace():
            raise _cannot_parse(f"Unexpected end of name token at byte offset {self._bytes(start)}")
        return value.lower()

    def _until(self, begin: int, kind: str) -> str:
        """The tag's name: everything up to a space or the bracket."""
        start = self._at
        while self._peek() != ">" and not self._peek().isspace():
            if self._peek() == "":
                raise _cannot_parse(f"Unclosed {kind} tag at byte offset {self._bytes(begin)}")
            self._at += 1
        return self._source[start : self._at]

    def _require_more(self, begin: int) -> None:
        if self._at >= len(self._source):
            raise _cannot_parse(f"Unclosed start tag at byte offset {self._bytes(begin)}")

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _bytes(self, position: int) -> int:
        return len(self._source[:position].encode())


def parse_html(source: str) -> tuple[str, list[MessageEntity]]:
    """The plain text and its entities. Raises Telegram's refusals."""
    return HtmlParser(source).parse()


def _unescaped(source: str, at: int) -> tuple[str, int]:
    """One letter and where the next begins; an unknown reference stays as written."""
    match = REFERENCE.match(source, at) if source[at] == "&" else None
    if match is None:
        return source[at], at + 1
    name, decimal, hexadecimal = match.groups()
    if name:
        return NAMED[name.lower()], match.end()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if 0 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF:
        return chr(code), match.end()
    return source[at], at + 1


def _argument(tag: str, attributes: dict[str, str]) -> str:
    match tag:
        case "a":
            return attributes.get("href", "")
        case "span":
            return attributes.get("class", "")
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "blockquote":
            return attributes.get("expandable", "")
        case "code" | "pre":
            language = attributes.get("class", "")
            return language.removeprefix("language-") if language.startswith("language-") else ""
        case _:
            return ""


def _entity_type(tag: OpenTag) -> str:
    match tag.name:
        case "a":
            return "text_link"
        case "span":
            return "spoiler"
        case "tg-emoji":
            return "custom_emoji"
        case "blockquote":
            return "expandable_blockquote" if tag.argument else "blockquote"
        case name:
            return SIMPLE_TAGS.get(name, name)


def _cannot_parse(reason: str) -> BotApiError:
    return bad_request(f"can't parse entities: {reason}")
