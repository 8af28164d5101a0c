"""What came in an address or a form, as one of the values we know."""

from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


def chosen(kind: type[E], text: str) -> E | None:
    """None for any other text."""
    try:
        return kind(text)
    except ValueError:
        return None
