"""Expected failures: what went wrong, and what the person can do next.

A subclass names one failure for ever: its `code` is public and never changes. A door turns the
`kind` into an HTTP problem, a reply of the bot or a retry. Bugs stay bare exceptions.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar, assert_never

import msgspec

from kram.kit.messages import gettext_noop


class Kind(StrEnum):
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    TOO_LARGE = "too_large"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


def http_status(kind: Kind) -> HTTPStatus:
    match kind:
        case Kind.INVALID:
            return HTTPStatus.UNPROCESSABLE_ENTITY
        case Kind.UNAUTHENTICATED:
            return HTTPStatus.UNAUTHORIZED
        case Kind.FORBIDDEN:
            return HTTPStatus.FORBIDDEN
        case Kind.NOT_FOUND:
            return HTTPStatus.NOT_FOUND
        case Kind.CONFLICT:
            return HTTPStatus.CONFLICT
        case Kind.GONE:
            return HTTPStatus.GONE
        case Kind.TOO_LARGE:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case Kind.LIMITED:
            return HTTPStatus.TOO_MANY_REQUESTS
        case Kind.UNAVAILABLE:
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            assert_never(kind)


class FieldError(msgspec.Struct, frozen=True):
    """One refused field.

    `pointer` is a JSON pointer into the body, `/lines/0/quantity`, or names a parameter:
    `query/limit`, `path/id`, `header/x`, `cookie/x`.
    """

    pointer: str
    code: str
    detail: str


class AppError(Exception):
    """An expected failure. `message` may hold `%(name)s`, filled from the keyword arguments.

    The unfilled `message` is the msgid, so that a door can translate it before it fills it:
    `raise OutOfStock(gettext_noop("Only %(left)s left: lower the quantity"), left=3)`.
    `retry_after` among the extras is in seconds and becomes the header.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]

    def __init__(self, message: str = "", *, errors: Iterable[FieldError] = (), **extra: object):
        self.message = message or self.title
        self.errors = tuple(errors)
        self.extra = extra
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        return filled(self.message, self.extra)


def filled(message: str, values: dict[str, object]) -> str:
    """A text that was not meant as a pattern ("50% off") is shown as it is, never fails."""
    if not values:
        return message
    try:
        return message % values
    except (KeyError, TypeError, ValueError):
        return message


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of RFC 9457, `application/problem+json`."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    instance: str = ""
    errors: tuple[FieldError, ...] = ()
    extra: dict[str, object] = {}


def problem(error: AppError, instance: str = "", translate: Callable[[str], str] = str) -> Problem:
    return Problem(
        type=problem_type(error.code),
        title=filled(translate(error.title), error.extra),
        status=http_status(error.kind),
        code=error.code,
        detail=filled(translate(error.message), error.extra),
        instance=instance,
        errors=error.errors,
        extra=error.extra,
    )


def problem_type(code: str) -> str:
    return f"/problems/{code}"


class InvalidInput(AppError):
    """Fields were refused; which and why stands in `errors`."""

    code = "invalid_input"
    kind = Kind.INVALID
    title = gettext_noop("Check the highlighted fields")
