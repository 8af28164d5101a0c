"""What happened to a return; public, CRMs receive these fields."""

from uuid import UUID

from kram.kit.events.event import Event


class ReturnEvent(Event, frozen=True):
    return_id: UUID
    code: str
    order_id: UUID
    order_code: str
    state: str
    reason: str
    refund_minor: int
    currency: str


class ReturnPhotoTaken(Event, frozen=True):
    """A timer: if no return has this picture by now, none will."""

    name = "return.photo_taken.v1"

    key: str


class ReturnRequested(ReturnEvent, frozen=True):
    name = "return.requested.v1"


class ReturnApproved(ReturnEvent, frozen=True):
    name = "return.approved.v1"


class ReturnDeclined(ReturnEvent, frozen=True):
    name = "return.declined.v1"


class ReturnReceived(ReturnEvent, frozen=True):
    name = "return.received.v1"


class ReturnClosed(ReturnEvent, frozen=True):
    name = "return.closed.v1"
