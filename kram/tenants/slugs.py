"""Public addresses of shops: read aloud, typed, printed on a stall."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kram.kit.ids import public_code
from kram.tenants.errors import SlugRefused, SlugReserved

LONGEST = 40
_FORM = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
_ROOM_FOR_SUFFIX = 6

_RESERVED = """
    about abuse account admin api app assets auth billing blog bot cdn checkout contact
    dashboard demo docs favicon graphql health help hooks internal kram login logout mail media
    metrics new null oauth order orders pay payment ping privacy public root sandbox-pay
    security settings shop shops sign-in sign-out sign-up signup static status store support
    system telegram terms test undefined webhook webhooks well-known www
"""
RESERVED = frozenset(_RESERVED.split())

_SHARED = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
    "ў": "o", "ҳ": "h", "є": "ie", "ї": "i", "ґ": "g",
    "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
}  # fmt: skip
# The Ukrainian state standard of 2010; it writes some letters otherwise where a word begins.
_UKRAINIAN = {"г": "h", "ґ": "g", "и": "y", "й": "i", "ю": "iu", "я": "ia"}
_UKRAINIAN_INITIALS = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_INITIAL = re.compile(rf"\b[{''.join(_UKRAINIAN_INITIALS)}]")
TRANSLITERATIONS: Mapping[str, Mapping[int, str]] = MappingProxyType(
    {"uk": str.maketrans(_SHARED | _UKRAINIAN), "": str.maketrans(_SHARED)}
)


def transliterate(text: str, language: str = "") -> str:
    """Lower-case ASCII letters for the alphabets of our markets; others are left out."""
    table = TRANSLITERATIONS.get(language, TRANSLITERATIONS[""])
    lower = unicodedata.normalize("NFC", text).lower()
    if language == "uk":
        lower = _INITIAL.sub(lambda found: _UKRAINIAN_INITIALS[found[0]], lower)
        lower = lower.replace("зг", "zgh")
    latin = lower.translate(table)
    return unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()


def hyphenated(text: str, language: str = "") -> str:
    """The words of a text as a part of an address; empty if it has none that can be written."""
    latin = transliterate(text.replace("'", "").replace("ʼ", "").replace("’", ""), language)
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")


def check_slug(typed: str) -> str:
    """The address as it is stored. Raises: SlugRefused, SlugReserved."""
    slug = typed.strip().lower()
    if not _FORM.fullmatch(slug):
        raise SlugRefused
    if slug in RESERVED:
        raise SlugReserved
    return slug


def candidates(name: str, language: str) -> Iterator[str]:
    """Addresses to try for a shop of that name, the plainest first, without end."""
    base = hyphenated(name, language)[: LONGEST - _ROOM_FOR_SUFFIX].strip("-")
    if len(base) < 3:
        base = f"{base}-shop".strip("-")
    elif base not in RESERVED:
        yield base
    while True:
        yield f"{base}-{public_code(4).lower()}"
