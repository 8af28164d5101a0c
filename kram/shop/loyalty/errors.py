"""What bonus points refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class PointsSpent(AppError):
    code = "points_spent"
    kind = Kind.CONFLICT
    title = gettext_noop("You have fewer points by now: check the new total")


class PointsInvalid(AppError):
    code = "points_invalid"
    kind = Kind.INVALID
    title = gettext_noop("Change the balance by a number other than zero")
