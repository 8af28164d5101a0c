"""Values of a spreadsheet's cells as the words that its program shows."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_LONGEST_NUMBER = 40
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def shows_date(number_format: int, code: str) -> bool:
    if code:
        return _DATE_LETTERS.search(_NOT_LETTERS.sub("", code)) is not None
    return number_format in _BUILT_IN_DATES


def number_text(raw: str) -> str:
    """Excel keeps 17 digits and shows 15: 19.989999999999998 was typed as 19.99."""
    if raw.isdecimal():
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(number) or len(raw) > _LONGEST_NUMBER:
        return raw
    text = f"{number:.15g}"
    if "e" not in text:
        return text
    return f"{number:.20f}".rstrip("0").rstrip(".") if abs(number) < 1 else f"{int(number)}"


def date_text(raw: str, *, since_1904: bool) -> str:
    """Days since the epoch as "2027-03-01" or "2027-03-01 10:30"; a number if it is none."""
    try:
        moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(days=float(raw))
    except (ValueError, OverflowError):
        return number_text(raw)
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return (
        f"{moment:%Y-%m-%d}" if not (moment.hour or moment.minute) else f"{moment:%Y-%m-%d %H:%M}"
    )


def unescaped(text: str) -> str:
    """`_x000D_` is how a spreadsheet keeps what XML cannot."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\0", "")


def escaped(text: str) -> str:
    """What `unescaped` reads back, fit for XML 1.0."""
    text = _ESCAPED.sub(lambda found: f"_x005F_x{found[1]}_", text)
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def column_of(reference: str) -> int:
    """ "AB12" stands in column 27, counted from 0; -1 for what is no reference."""
    place = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        place = place * 26 + ord(letter) - 64
    return place - 1


def joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else "".join(parts)
