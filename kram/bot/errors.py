"""What the bot refuses, to Telegram's server and to people."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class BotUnknown(AppError):
    code = "bot_unknown"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such bot")


class BotRemoved(AppError):
    """Telegram forgets the webhook by itself after a day of this answer; 404 it would repeat."""

    code = "bot_removed"
    kind = Kind.GONE
    title = gettext_noop("This bot was removed")


class SecretWrong(AppError):
    code = "webhook_secret_wrong"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("The secret header is missing or wrong")


class NotAnUpdate(AppError):
    code = "update_unreadable"
    kind = Kind.INVALID
    title = gettext_noop("The body is not an update")


class StoreAway(AppError):
    """Nothing was stored: Telegram keeps the update and comes again."""

    code = "store_away"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The update could not be stored just now")


class NotStaff(AppError):
    code = "not_staff"
    kind = Kind.FORBIDDEN
    title = gettext_noop("Only the staff of this shop may do that: link your account first")


class TrackingTooLong(AppError):
    code = "tracking_too_long"
    kind = Kind.INVALID
    title = gettext_noop("A tracking number has at most 64 characters: send it once more")
