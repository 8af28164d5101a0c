"""Keyset pages: a cursor is the sort key of the last row shown, opaque to whoever holds it.

It is not signed: its values only ever become bound parameters of a query that is scoped to the
shop, so a forged one shows nothing that a page from the start would not.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

SMALLEST_PAGE, LARGEST_PAGE, USUAL_PAGE = 1, 100, 20
_LONGEST_CURSOR = 1024
_BIGINT = range(-(2**63), 2**63)

T = TypeVar("T")
K = TypeVar("K", bound=tuple[Any, ...])


class BadCursor(AppError):
    code = "bad_cursor"
    kind = Kind.INVALID
    title = gettext_noop("This page link is no longer valid: start from the first page")


class BadPageSize(AppError):
    code = "bad_page_size"
    kind = Kind.INVALID
    title = gettext_noop("Ask for 1 to 100 items a page")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """`next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None = None


def page_size(asked: int | None) -> int:
    """Raises: BadPageSize."""
    if asked is None:
        return USUAL_PAGE
    if not SMALLEST_PAGE <= asked <= LARGEST_PAGE:
        raise BadPageSize
    return asked


def page_of(rows: Sequence[T], size: int, key: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """A page of rows that were fetched with `LIMIT size + 1`: the one too many tells of a next."""
    shown = list(rows[:size])
    more = len(rows) > size
    return Page(shown, write_cursor(key(shown[-1])) if more else None)


def write_cursor(key: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(key)).rstrip(b"=").decode()


def read_cursor(cursor: str, shape: type[K]) -> K:
    """`shape` is the type of the key, `tuple[datetime, UUID]`. Raises: BadCursor."""
    try:
        key: K = msgspec.msgpack.decode(_decoded(cursor), type=shape)
    except (binascii.Error, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise BadCursor from error
    if not all(_storable(value) for value in key):
        raise BadCursor
    return key


def _decoded(cursor: str) -> bytes:
    if len(cursor) > _LONGEST_CURSOR:
        raise BadCursor
    padded = cursor.encode() + b"=" * (-len(cursor) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


def _storable(value: object) -> bool:
    """Whether PostgreSQL takes it as a parameter: a forged value must not end as our failure."""
    match value:
        case int():
            return value in _BIGINT
        case str():
            return "\0" not in value
        case datetime():
            return value.tzinfo is not None
        case _:
            return True
