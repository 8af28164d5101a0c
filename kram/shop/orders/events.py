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


class OrderDelivered(OrderEvent, frozen=True):
    name = "order.delivered.v1"


class OrderCancelled(OrderEvent, frozen=True):
    """`expired`: nobody did it, the time to pay ran out."""

    name = "order.cancelled.v1"

    reason: str
    expired: bool


class OrderRefunded(OrderEvent, frozen=True):
    name = "order.refunded.v1"
