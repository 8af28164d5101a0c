"""What happened to money; public but for the timer."""

from uuid import UUID

from kram.kit.events.event import Event


class PaymentCheckDue(Event, frozen=True):
    """A timer: a payment that is still open is asked about. `asked`: how often before."""

    name = "payment.check_due.v1"

    payment_id: UUID
    asked: int


class PaymentEvent(Event, frozen=True):
    payment_id: UUID
    order_id: UUID
    order_code: str
    provider: str
    amount_minor: int
    currency: str
    failure: str


class PaymentFailed(PaymentEvent, frozen=True):
    """Declined; the shopper may try again as long as the order waits."""

    name = "payment.failed.v1"


class PaymentHeld(PaymentEvent, frozen=True):
    """Another amount came than was asked for: a person decides. `amount_minor` is what came."""

    name = "payment.held.v1"


class RefundRequested(Event, frozen=True):
    name = "refund.requested.v1"

    refund_id: UUID


class RefundEvent(Event, frozen=True):
    refund_id: UUID
    payment_id: UUID
    order_id: UUID
    order_code: str
    amount_minor: int
    currency: str
    reason: str
    failure: str


class RefundSucceeded(RefundEvent, frozen=True):
    name = "refund.succeeded.v1"


class RefundFailed(RefundEvent, frozen=True):
    """The provider refused; the money is still with the shop, and a person must act."""

    name = "refund.failed.v1"
