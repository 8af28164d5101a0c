"""Readable addresses from titles in any alphabet."""

import re
import unicodedata
from collections.abc import Collection

from kram.kit.ids import public_code

_LONGEST = 80
_NUMBERED = 9
_NOT_ALLOWED = re.compile(r"[^a-z0-9]+")

# Passport rules of both countries, as people expect them in addresses; apostrophes and soft signs
# vanish. The letters of Kazakh and Uzbek follow.
_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True))
    | {"ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
    | {"ю": "yu", "я": "ya", "ъ": "", "ь": "", "'": "", "’": "", "ʼ": ""}
    | {"є": "ie", "і": "i", "ї": "i", "ґ": "g"}
    | {"ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ў": "o"}
)
_UKRAINIAN = str.maketrans({"г": "h", "и": "y"})
_ONLY_UKRAINIAN = re.compile("[іїєґ]")


def slug_of(title: str, fallback: str = "product") -> str:
    """Latin letters, digits and single hyphens, at most 80; the fallback if nothing is left."""
    # NFKC first: й may come as two code points, and must not lose its breve.
    text = unicodedata.normalize("NFKC", title).lower()
    if _ONLY_UKRAINIAN.search(text):
        text = text.translate(_UKRAINIAN)
    text = text.translate(_CYRILLIC)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    slug = _NOT_ALLOWED.sub("-", text).strip("-")[:_LONGEST].rstrip("-")
    return slug or fallback


def candidates(base: str) -> list[str]:
    """The slugs to try, the plainest first."""
    return [base, *(f"{base}-{number}" for number in range(2, _NUMBERED + 1))]


def free_slug(base: str, taken: Collection[str]) -> str:
    """The first candidate that is not taken; when all are, a random ending."""
    if base not in taken:
        return base
    free = next((slug for slug in candidates(base) if slug not in taken), None)
    return free or f"{base}-{public_code(6).lower()}"
