"""What papers refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class PaperLate(AppError):
    code = "document_late"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The document takes too long: try again in a moment")


class NothingPaid(AppError):
    code = "nothing_paid"
    kind = Kind.NOT_FOUND
    title = gettext_noop("Nothing was paid for this order yet, so there is no receipt")
