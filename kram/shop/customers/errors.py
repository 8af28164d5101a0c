"""What is refused about customers."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class CustomerMissing(AppError):
    code = "customer_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such customer in this shop")
