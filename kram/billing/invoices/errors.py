"""What invoices refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class NotInvoiced(AppError):
    code = "order_not_invoiced"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no invoice for this order yet: issue one")


class NothingToInvoice(AppError):
    code = "nothing_to_invoice"
    kind = Kind.CONFLICT
    title = gettext_noop("Only an order that was placed and not cancelled is invoiced")


class SellerUnknown(AppError):
    code = "seller_unknown"
    kind = Kind.CONFLICT
    title = gettext_noop("First write in the settings who sells: the legal name")
