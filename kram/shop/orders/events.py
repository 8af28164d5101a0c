"""What happened to an order; public, CRMs receive these fields."""

from uuid import UUID

from kram.kit.events.event import Event


class OrderEvent(Event, frozen=True):
    """`number` is None only for an order that was cancelled before anybody paid it."""

    order_id: UUID
    code: str
    number: int | None
    customer_id: UUID
    status: str
    payment_state: str
    payment_method: str
    total_minor: int
    currency: str


class OrderPlaced(OrderEvent, frozen=True):
    """It has its number and waits for the staff: paid, or to be paid on delivery."""

    name = "order.placed.v1"


class OrderPaid(OrderEvent, frozen=True):
    name = "order.paid.v1"


class OrderAccepted(OrderEvent, frozen=True):
    name = "order.accepted.v1"


class OrderShipped(OrderEvent, frozen=True):
    name = "order.shipped.v1"

    tracking: str


class ParcelShipped(OrderEvent, frozen=True):
    """A part has left and more is to come; the parcel that completes it is `order.shipped.v1`."""

    name = "order.parcel_shipped.v1"

    parcel_id: UUID
    parcel: int
    tracking: str


class ParcelDelivered(OrderEvent, frozen=True):
    """A part has arrived; the parcel that completes it is `order.delivered.v1`."""

    name = "order.parcel_delivered.v1"

    parcel_id: UUID
    parcel: int


class OrderPacked(OrderEvent, frozen=True):
    """Its parcels changed before anything left: packed, wholly or partly, or unpacked."""

    name = "order.packed.v1"


class OrderRestCancelled(OrderEvent, frozen=True):
    """What no parcel held will not be sent; `amount_minor` is no longer to be paid."""

    name = "order.rest_cancelled.v1"

    amount_minor: int
    reason: str


class OrderEdited(OrderEvent, frozen=True):
    """By the staff; `difference_minor` is what the total grew by, below zero if it fell."""

    name = "order.edited.v1"

    difference_minor: int


class DigitalGiven(OrderEvent, frozen=True):
    """`units` of files, keys and gift cards stand on the order's page; 0: told once more."""

    name = "order.digital_given.v1"

    units: int


class DigitalRevoked(OrderEvent, frozen=True):
    name = "order.digital_revoked.v1"

    units: int


class OrderNoted(OrderEvent, frozen=True):
    """The staff wrote to the shopper."""

    name = "order.noted.v1"

    note: str


class OrderBalanceDue(Event, frozen=True):
    """What the order costs has changed: money is to be asked for, or some of it goes back.

    `amount_minor` goes back (0: look what is to pay now). `refund_id` makes it happen once.
    """

    name = "order.balance_due.v1"

    order_id: UUID
    refund_id: UUID
    amount_minor: int
    reason: str
    actor_kind: str
    actor_id: str
    actor_name: str


class CreditLeft(Event, frozen=True):
    """A draft that goods of a return were to pay for was dropped, or placed for less than they are
    worth, or its order has fewer goods by now: this goes back."""

    name = "draft.credit_left.v1"

    return_id: UUID
    refund_id: UUID
    amount_minor: int
    dropped: bool


class OrderDelivered(OrderEvent, frozen=True):
    name = "order.delivered.v1"


class OrderCancelled(OrderEvent, frozen=True):
    """`expired`: nobody did it, the time to pay ran out."""

    name = "order.cancelled.v1"

    reason: str
    expired: bool


class OrderRefunded(OrderEvent, frozen=True):
    name = "order.refunded.v1"
