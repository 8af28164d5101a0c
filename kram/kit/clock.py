"""The only source of the present; inside a transaction use `tx.now`, one instant for all of it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
