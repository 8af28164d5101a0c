"""When an update that failed is tried again, and when it is given up."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kram.bot.queries import LeasedUpdate
from kram.integrations.telegram.errors import Flooded, NothingSent

MOST_ATTEMPTS = 5
"""Of an update at which the code fails: its chat waits behind it, so it is given up soon."""

_HEALING_LIFE = timedelta(hours=24)
_LONGEST_PAUSE_SECONDS = 60.0
_HEALING_STATES = {"40001", "40P01", "55P03", "57014", "57P01", "57P03", "53300"}
"""A lost race, a lock or a statement that took too long, a server that restarts or is full."""


@dataclass(frozen=True, slots=True)
class Retry:
    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    pass


def verdict(row: LeasedUpdate, error: BaseException, now: datetime) -> Retry | GiveUp:
    """What heals by itself (a database, Valkey or Telegram away) is tried for a day."""
    if isinstance(error, ValidationError):  # the library cannot read it, and never will
        return GiveUp()
    if can_heal(error):
        given_up = now - row.received_at > _HEALING_LIFE
    else:
        given_up = row.attempt >= MOST_ATTEMPTS
    return GiveUp() if given_up else Retry(now + _pause(row.attempt, error))


def can_heal(error: BaseException) -> bool:
    match error:
        case NothingSent() | RedisError() | PoolTimeout() | OperationalError() | InterfaceError():
            return True
        case DBAPIError():
            state = getattr(error.orig, "sqlstate", None)
            return error.connection_invalidated or state in _HEALING_STATES
        case TimeoutError():  # our own patience with the handler ran out
            return False
        case _:
            return isinstance(error, OSError)


def _pause(attempt: int, error: BaseException) -> timedelta:
    if isinstance(error, Flooded):
        return timedelta(seconds=error.retry_after)
    seconds = min(2.0 ** (attempt - 1), _LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries
