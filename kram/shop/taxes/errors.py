"""What taxes refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class TaxServiceUnavailable(AppError):
    code = "tax_service_unavailable"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The tax service does not answer: try again later")
