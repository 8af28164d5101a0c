"""What came in an address or a form, as one of the values we know."""

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

E = TypeVar("E", bound=StrEnum)


def chosen(kind: type[E], text: str) -> E | None:
    """None for any other text."""
    try:
        return kind(text)
    except ValueError:
        return None


def read_uuid(text: str) -> UUID | None:
    """None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None
