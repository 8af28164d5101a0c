"""Promo codes as people type them, and as they are made."""

import re
from collections.abc import Iterator

from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import CODE_ALPHABET, public_code, read_code
from kram.kit.messages import gettext_noop
from kram.kit.text import line
from kram.shop.promotions.errors import CodesTooShort

LONGEST = 40
MOST_AT_ONCE = 10_000
_SHAPE = re.compile(r"[\w-]{3,40}")
_GUESSES_PER_CODE = 10_000
"""So many wrong ones are tried on average before one is found."""


def tidy(typed: str) -> str:
    """In the form in which codes are kept."""
    return "".join(line(typed).upper().split())


def forms(typed: str) -> tuple[str, ...]:
    """What may have been meant: as typed, and with letters read as the digits they look like."""
    exact = tidy(typed)[:LONGEST]
    return tuple(dict.fromkeys((exact, read_code(exact))))


def checked(typed: str) -> str:
    """Raises: InvalidInput."""
    code = tidy(typed)
    if not _SHAPE.fullmatch(code):
        detail = gettext_noop("Use 3 to 40 letters, digits and hyphens")
        raise InvalidInput(errors=[FieldError("/code", "invalid", detail)])
    return code


def make(count: int, prefix: str, length: int) -> Iterator[str]:
    """`count` different codes, each the prefix and `length` random letters.

    Raises: InvalidInput, CodesTooShort.
    """
    start = tidy(prefix)
    errors = tuple(_refused(count, start, length))
    if errors:
        raise InvalidInput(errors=errors)
    if len(CODE_ALPHABET) ** length < count * _GUESSES_PER_CODE:
        raise CodesTooShort
    made: set[str] = set()
    while len(made) < count:
        made.add(start + public_code(length))
    yield from sorted(made)


def _refused(count: int, prefix: str, length: int) -> Iterator[FieldError]:
    if not 1 <= count <= MOST_AT_ONCE:
        detail = gettext_noop("Make 1 to 10 000 codes at once")
        yield FieldError("/count", "out_of_range", detail)
    if not 4 <= length <= 20:
        yield FieldError("/length", "out_of_range", gettext_noop("Choose 4 to 20 letters"))
    if not re.fullmatch(r"[\w-]{0,20}", prefix):
        detail = gettext_noop("Use up to 20 letters, digits and hyphens")
        yield FieldError("/prefix", "invalid", detail)
