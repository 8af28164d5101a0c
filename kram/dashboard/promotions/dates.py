"""Days and hours as a browser's own field writes them: without a zone, so it is the shop's."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop

_SHAPE = "%Y-%m-%dT%H:%M"


class DateRefused(AppError):
    code = "date_refused"
    kind = Kind.INVALID
    title = gettext_noop("Choose a day and an hour")


def read_moment(typed: str, zone: ZoneInfo) -> datetime | None:
    """None for an empty field. Raises: DateRefused."""
    if not typed.strip():
        return None
    try:
        there = datetime.strptime(typed.strip()[:16], _SHAPE).replace(tzinfo=zone)
        return there.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DateRefused from error


def written(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime(_SHAPE)
