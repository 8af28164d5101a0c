"""What is said in a review, and whether a person has to look at it first. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import msgspec

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.messages import gettext_noop
from kram.shop.reviews.words import SWEARING

LONGEST_BODY = 4000
MOST_PHOTOS = 6
HASTE = timedelta(minutes=10)
MOST_IN_HASTE = 3
"""A fourth review within `HASTE` is written by a machine, or by somebody in anger."""

_SHORTEST_COPY = 20
_LINK = re.compile(
    r"https?:|www\.|t\.me/|@[a-z0-9_]{4,}|\b[a-zа-яіїєґё0-9-]+\.(?:com|net|org|info|ru|ua|рф|укр|"
    r"shop|store|io|me|biz|xyz|top|online|site|by|kz|pl|eu)\b",
    re.IGNORECASE,
)
_NOT_LETTERS = re.compile(r"[^\w]+|_+")
# Who hides a word writes it with letters of another alphabet, or with figures.
_LOOK_ALIKES = str.maketrans("aeopcyxkmthbiё013@", "аеорсухкмтнвіеоіза")


class Hold(StrEnum):
    """Why a person has to look."""

    LINK = "link"
    SWEARING = "swearing"
    HASTE = "haste"
    COPY = "copy"
    NOT_BOUGHT = "not_bought"


class Photo(msgspec.Struct, frozen=True):
    """A stored picture; its size in pixels."""

    key: str
    width: int
    height: int


class ReviewDraft(msgspec.Struct, frozen=True, kw_only=True):
    stars: int
    body: str = ""
    language: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`recent`: reviews that this customer wrote within `HASTE`, this one aside."""

    is_bought: bool
    recent: int
    is_copy: bool


def checked(draft: ReviewDraft) -> ReviewDraft:
    """With its text tidied. Raises: InvalidInput."""
    body = draft.body.replace("\0", "").strip()
    refused = []
    if not 1 <= draft.stars <= 5:
        refused.append(FieldError("/stars", "invalid", gettext_noop("Give one to five stars")))
    if len(body) > LONGEST_BODY:
        refused.append(FieldError("/body", "too_long", gettext_noop("Make this shorter")))
    if len(draft.photos) > MOST_PHOTOS:
        refused.append(FieldError("/photos", "too_many", gettext_noop("Add at most 6 photos")))
    if refused:
        raise InvalidInput(errors=refused)
    return msgspec.structs.replace(draft, body=body, language=draft.language[:2])


def holds(draft: ReviewDraft, around: Circumstances) -> Iterator[Hold]:
    """Nothing: it may be shown at once."""
    if has_link(draft.body):
        yield Hold.LINK
    if swears(draft.body):
        yield Hold.SWEARING
    if around.recent >= MOST_IN_HASTE:
        yield Hold.HASTE
    if around.is_copy:
        yield Hold.COPY
    if not around.is_bought and (draft.body or draft.photos):
        yield Hold.NOT_BOUGHT


def has_link(body: str) -> bool:
    return _LINK.search(unicodedata.normalize("NFKC", body)) is not None


def swears(body: str) -> bool:
    plain = unicodedata.normalize("NFKC", body).lower()
    words = _NOT_LETTERS.sub(" ", plain).split()
    spelt_out = _joined(words)
    told = {*words, *spelt_out}
    disguised = {word.translate(_LOOK_ALIKES) for word in told}
    return any(
        word.startswith((stem, stem.translate(_LOOK_ALIKES)))
        for stems in SWEARING.values()
        for stem in stems
        for word in told | disguised
    )


def _joined(words: list[str]) -> Iterator[str]:
    """Words that were written letter by letter: "s h i t"."""
    run = ""
    for word in [*words, "  "]:
        if len(word) == 1:
            run += word
        else:
            if len(run) > 2:
                yield run
            run = ""


def fingerprint(body: str) -> str:
    """The same for the same words in another case or spacing; empty for what many would say."""
    letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", body).lower())
    if len(letters) < _SHORTEST_COPY:
        return ""
    return hashlib.sha256(letters.encode()).hexdigest()[:32]


def signed(name: str) -> str:
    """How a customer's review is signed: "Ivan F."; who reads it need not know more."""
    first, _, rest = name.strip().partition(" ")
    initial = rest.strip()[:1]
    return f"{first} {initial}." if initial else first
