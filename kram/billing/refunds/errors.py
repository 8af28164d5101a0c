"""What refunds refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class NothingToRefund(AppError):
    code = "nothing_to_refund"
    kind = Kind.CONFLICT
    title = gettext_noop("Nothing was paid for this order, or all of it went back already")


class RefundKeyReused(AppError):
    code = "refund_key_reused"
    kind = Kind.INVALID
    title = gettext_noop("This refund was asked for before with another amount")
