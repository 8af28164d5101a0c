"""What PostgreSQL takes from nobody."""

from sqlalchemy.exc import DBAPIError

_NO_TEXT = frozenset({"22021", "22P05"})
"""A NUL as a byte or as JSON's escape: in UTF-8, but in no text that PostgreSQL keeps."""


def is_unwritable(failure: BaseException) -> bool:
    """Whether a text in the statement is none to the database: the sender is to mend it."""
    return isinstance(failure, DBAPIError) and getattr(failure.orig, "sqlstate", None) in _NO_TEXT
