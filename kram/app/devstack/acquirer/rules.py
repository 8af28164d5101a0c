"""What may happen to a payment. Each function changes the record and says what to announce."""

from datetime import datetime, timedelta

from kram.app.devstack.acquirer.cards import RIGHT_CODE, Outcome, digits
from kram.app.devstack.acquirer.errors import not_refundable, refund_too_large
from kram.app.devstack.acquirer.records import PaymentRecord, RefundRecord, Status, Step

DECLINES_ALLOWED = 5
WRONG_CODES_ALLOWED = 3

Announcement = str | None


def is_payable(payment: PaymentRecord) -> bool:
    """A declined payment may be tried again with another card."""
    return payment.step in (Step.CARD, Step.THREE_DS)


def use_card(
    payment: PaymentRecord, number: str, outcome: Outcome, now: datetime, settling: timedelta
) -> Announcement:
    payment.card_ending = digits(number)[-4:]
    match outcome:
        case Outcome.APPROVED:
            return succeed(payment)
        case Outcome.ASKS_CODE:
            payment.step, payment.wrong_codes = Step.THREE_DS, 0
            return None
        case Outcome.SETTLES_LATER:
            return settle_later(payment, now + settling)
        case _:
            return decline(payment, outcome)


def settle_later(payment: PaymentRecord, at: datetime) -> Announcement:
    payment.status, payment.step, payment.failure = Status.PENDING, Step.WAITING, ""
    payment.settles_at = at
    return None


def enter_code(payment: PaymentRecord, code: str) -> Announcement:
    if digits(code) == RIGHT_CODE:
        return succeed(payment)
    payment.wrong_codes += 1
    if payment.wrong_codes < WRONG_CODES_ALLOWED:
        return None
    return decline(payment, "authentication_failed")


def succeed(payment: PaymentRecord) -> Announcement:
    if payment.status is Status.SUCCEEDED:
        return None
    payment.status, payment.step, payment.failure = Status.SUCCEEDED, Step.OVER, ""
    payment.settles_at = None
    return "payment.succeeded"


def decline(payment: PaymentRecord, failure: str) -> Announcement:
    """Nothing, when the payment is over."""
    if payment.step is Step.OVER:
        return None
    payment.declines += 1
    payment.status, payment.failure = Status.FAILED, failure
    payment.step = Step.CARD if payment.declines < DECLINES_ALLOWED else Step.OVER
    return "payment.failed"


def cancel(payment: PaymentRecord) -> Announcement:
    """Nothing, when the money is taken or the payment was cancelled before."""
    if payment.status in (Status.SUCCEEDED, Status.CANCELED):
        return None
    payment.status, payment.step, payment.settles_at = Status.CANCELED, Step.OVER, None
    return "payment.canceled"


def pass_time(payment: PaymentRecord, now: datetime) -> Announcement:
    """What was to settle settles; what nobody paid in time ends."""
    if payment.settles_at is not None and payment.settles_at <= now:
        return succeed(payment)
    if payment.settles_at is None and payment.order.expires_at <= now:
        return cancel(payment)
    return None


def give_back(payment: PaymentRecord, refund: RefundRecord) -> Announcement:
    """Raises Refused: never more than was taken."""
    if payment.status is not Status.SUCCEEDED:
        raise not_refundable()
    left = payment.order.amount_minor - payment.refunded_minor
    if refund.amount_minor > left:
        raise refund_too_large(left)
    payment.refunds.append(refund)
    return "refund.succeeded"
