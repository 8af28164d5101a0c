"""Moments as a browser's field sends them: without a zone, in the shop's own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def typed_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """None for an empty field, and for what is no moment."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shown_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else ""
