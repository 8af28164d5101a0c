"""What payments refuse."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class PaymentMissing(AppError):
    code = "payment_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such payment in this shop")


class NotAwaitingPayment(AppError):
    code = "order_not_awaiting_payment"
    kind = Kind.CONFLICT
    title = gettext_noop("This order waits for no payment")


class DecisionRefused(AppError):
    """About money that is held; the message says why, and nothing was changed."""

    code = "payment_decision_refused"
    kind = Kind.CONFLICT
    title = gettext_noop("This money was decided on already: look at the payment once more")


class RefundTooLarge(AppError):
    """`left` among the extras is what can still be given back."""

    code = "refund_too_large"
    kind = Kind.CONFLICT
    title = gettext_noop("There is not so much left to give back")
