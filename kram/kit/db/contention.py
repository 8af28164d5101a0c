"""Several wanted the same rows, or a connection, at one moment."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

_LOST_RACES = frozenset({"40001", "40P01", "55P03"})
"""No serial order, a deadlock, a lock that was waited for too long: all rolled back."""


class Busy(AppError):
    """Nothing happened, and the same request may be sent again; `retry_after` among the extras."""

    code = "busy"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("Somebody is changing the same thing: try again in a second")


def is_contention(failure: BaseException) -> bool:
    """Whether the database refused because of others, so that asking again may well succeed."""
    if isinstance(failure, DBAPIError):
        return getattr(failure.orig, "sqlstate", None) in _LOST_RACES
    return isinstance(failure, NoConnectionFree)
