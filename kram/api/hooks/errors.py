"""What this door refuses."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class NoSuchHook(AppError):
    code = "hook_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("Nobody listens at this address")


class NotStored(AppError):
    """The provider must send it again."""

    code = "hook_not_stored"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The message could not be stored: send it again")
