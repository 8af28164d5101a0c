"""Takes secrets out of whatever is about to be written down: by the key they stand under, and by
the shape they have when they hide inside a text.

Too much hidden costs a minute of guessing, too little costs a leaked token: doubt hides.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

HIDDEN = "[hidden]"

_DEEPEST = 8
_LONGEST_TEXT = 20_000
_WORDS = (
    r"password|passwd|passphrase|secret|token|authorization|cookie|credential|api[-_]?key|"
    r"private[-_]?key|master[-_]?key|session[-_]?id|init[-_]?data|card[-_]?number|"
    r"(?<![a-z])(?:cvv|cvc|otp|totp)(?![a-z])"
)
_HIDING_KEY = re.compile(_WORDS, re.IGNORECASE)

# Repetitions are bounded or begin at a word's start: hostile text costs linear time.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        # A header inside a text hides the rest of its line.
        (
            r"\b((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]\s*)[^\n]+",
            rf"\1\2{HIDDEN}",
        ),
        (r"\b(bearer|basic|tma)\s+[\w.~+/=%&{}:\",-]{8,}", rf"\1 {HIDDEN}"),
        # The tokens of Telegram's bots, JWTs, webhook secrets, Stripe's keys, PEM.
        (r"(?<!\d)\d{6,20}:[\w-]{30,}", HIDDEN),
        (r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*", HIDDEN),
        (r"\b(?:whsec|whsk)_[\w+/=-]+", HIDDEN),
        (r"\b(?:sk|rk)_(?:live|test)_\w+", HIDDEN),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", HIDDEN),
        # The password of a URL, and what proves launch data or a signed link.
        (r"(://[^/\s:@'\"]*):[^/\s@'\"]+@", rf"\1:{HIDDEN}@"),
        (r"\b((?:hash|signature)=)[\w%-]{40,}", rf"\1{HIDDEN}"),
        (
            rf"((?:{_WORDS})[\w-]{{0,40}}['\"]?\s*[:=]\s*['\"]?)(?!\[hidden\])[^\s'\"&,;)}}\]]+",
            rf"\1{HIDDEN}",
        ),
    )
)
# Cards in use have 14 to 19 digits; none begins with 0, 1 or 7.
_CARD = re.compile(r"(?<!\w)(?<!\d\.)[2-689](?:[ -]?\d){13,18}(?!\w|\.\d)")

# Most texts have none of these, and are spared the dozen searches above.
_SUSPECT = re.compile(
    r"[:=]|eyJ|whs|[sr]k_|BEGIN|\d{14}|\d[ -]\d|(?:bearer|basic|tma)\s", re.IGNORECASE
)


def scrub(value: object) -> object:
    """A copy made of plain JSON types, without secrets."""
    return _scrubbed(value, _DEEPEST)


def scrub_text(text: str) -> str:
    if not _SUSPECT.search(text):
        return text
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + " [cut]"
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return _CARD.sub(_without_card, text)


def _scrubbed(value: object, depth: int) -> object:
    match value:
        case None | bool() | float():
            return value
        case int():
            return value if scrub_text(str(value)) == str(value) else HIDDEN
        case str():
            return scrub_text(value)
        case bytes() | bytearray():
            return scrub_text(value.decode("utf-8", "replace"))
        case UUID() | date() | timedelta() | Decimal() | PurePath() | Enum() | BaseException():
            return scrub_text(str(value))
        case Mapping() | list() | tuple() | set() | frozenset():
            return _container(value, depth - 1) if depth else "[too deep]"
        case _:
            return scrub_text(repr(value))


def _container(value: Mapping[Any, Any] | Collection[Any], depth: int) -> object:
    if isinstance(value, Mapping):
        return {_name(key): _item(_name(key), one, depth) for key, one in value.items()}
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str | bytes):
        return [_name(value[0]), _item(_name(value[0]), value[1], depth)]  # a raw header
    return [_scrubbed(one, depth) for one in value]


def _item(name: str, value: object, depth: int) -> object:
    if value is None or isinstance(value, bool):
        return value
    return HIDDEN if _HIDING_KEY.search(name) else _scrubbed(value, depth)


def _name(key: object) -> str:
    return scrub_text(key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key))


def _without_card(found: re.Match[str]) -> str:
    digits = [int(letter) for letter in found[0] if letter.isdigit()]
    # Luhn's sum (ISO/IEC 7812).
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return found[0] if (sum(doubled) + sum(digits[-1::-2])) % 10 else HIDDEN
