"""When to try again, and what an answer means. Standard Webhooks 1.0, "Deliverability"."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""Between the ten attempts: 75 h 35 min 5 s in all."""

DISABLE_AFTER = timedelta(hours=120)
"""An endpoint that has failed without a break for so long is switched off."""

LONGEST_RETRY_AFTER = timedelta(hours=24)


class Verdict(StrEnum):
    DELIVERED = auto()
    RETRY = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is None when there was none; `error` then says why."""

    status: int | None
    error: str = ""
    excerpt: str = ""
    retry_after: timedelta | None = None
    duration_ms: int = 0

    @property
    def verdict(self) -> Verdict:
        match self.status:
            case None:
                return Verdict.RETRY
            case 410:
                return Verdict.GONE
            case status if 200 <= status < 300:
                return Verdict.DELIVERED
            case _:
                # A redirect is a failure too: following it would sign for somebody else.
                return Verdict.RETRY


def next_attempt(made: int, now: datetime, retry_after: timedelta | None = None) -> datetime | None:
    """The moment of the attempt after `made` ones; None when there is none left."""
    if made > len(PAUSES):
        return None
    pause = PAUSES[made - 1]
    if retry_after is not None:
        pause = max(pause, min(retry_after, LONGEST_RETRY_AFTER))
    return now + pause


def is_worn_out(failing_since: datetime | None, now: datetime) -> bool:
    return failing_since is not None and now - failing_since >= DISABLE_AFTER
