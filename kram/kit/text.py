"""What people type or paste, made fit to be kept: nothing in it that cannot be seen.

Letters that turn the direction of others make "gpj.exe" of "exe.jpg", and invisible ones make two
names look the same. They come along with pasted text and nobody misses them, so they are taken out
(https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing). Joiners stay: emoji and some
scripts need them. NUL stays for `refused` to tell of: no keyboard types it.
"""

import unicodedata
from collections.abc import Iterator

from kram.kit.errors import FieldError
from kram.kit.messages import gettext_noop

JOINERS = "\u200c\u200d"
_KEPT = frozenset(f"\0\t\n\v\f\r\x1c\x1d\x1e\x85{JOINERS}")
_CONTROLS = frozenset({"Cc", "Cf", "Cs"})


def visible(text: str) -> str:
    """Without invisible controls, canonically composed; blanks stay as they are."""
    if not text.isprintable():
        text = "".join(filter(_stays, text))
    return unicodedata.normalize("NFC", text)


def _stays(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter) not in _CONTROLS


def line(text: str) -> str:
    """One line without outer or doubled blanks."""
    return " ".join(visible(text).split()).strip(f" {JOINERS}")


def lines(text: str) -> str:
    """Several lines, each ended by a plain newline; tabs and inner blanks stay."""
    return "\n".join(visible(text).splitlines()).strip(f" \t\n{JOINERS}")


def refused(pointer: str, text: str, longest: int, *, needed: bool) -> Iterator[FieldError]:
    """What is wrong with a cleaned text."""
    if needed and not text:
        yield FieldError(pointer, "required", gettext_noop("Fill this in"))
    elif len(text) > longest:
        yield FieldError(pointer, "too_long", gettext_noop("Make this shorter"))
    elif "\0" in text:
        yield FieldError(pointer, "bad_character", gettext_noop("Remove the invisible character"))
