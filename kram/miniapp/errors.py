"""What the storefront refuses."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class PageMissing(AppError):
    code = "page_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such page")


class SessionNeeded(AppError):
    code = "session_needed"
    kind = Kind.UNAUTHENTICATED
    title = gettext_noop("Open the shop again")


class ForeignRequest(AppError):
    """Another site's page sent a request with a guest's cookie."""

    code = "foreign_request"
    kind = Kind.FORBIDDEN
    title = gettext_noop("Reload the page and try again")


class CartUnreachable(AppError):
    code = "cart_unreachable"
    kind = Kind.UNAVAILABLE
    title = gettext_noop("The cart does not answer: try again in a moment")


class TooManyCodes(AppError):
    code = "too_many_codes"
    kind = Kind.CONFLICT
    title = gettext_noop("Take a code out first: an order can have five")
