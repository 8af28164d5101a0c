"""Facts that the stock tells."""

from uuid import UUID

from kram.kit.events.event import Event


class ReservationDue(Event, frozen=True):
    """A timer: the promise made to this order ends now, unless it was paid meanwhile."""

    name = "reservation.due.v1"

    order_id: UUID


class AvailabilityChanged(Event, frozen=True):
    """These variants have just sold out, or can be bought again."""

    name = "stock.availability_changed.v1"

    variant_ids: tuple[UUID, ...]
