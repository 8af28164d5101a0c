"""Facts that the stock tells."""

from uuid import UUID

import msgspec

from kram.kit.events.event import Event


class ReservationDue(Event, frozen=True):
    """A timer: the promise made to this order ends now, unless it was paid meanwhile."""

    name = "reservation.due.v1"

    order_id: UUID


class AvailabilityChanged(Event, frozen=True):
    """These variants have just sold out, or can be bought again."""

    name = "stock.availability_changed.v1"

    variant_ids: tuple[UUID, ...]


class LowGoods(msgspec.Struct, frozen=True):
    """`left` units of it can still be promised."""

    variant_id: UUID
    left: int


class StockLow(Event, frozen=True):
    """These went down to where the staff wants to hear of it; told once until units come."""

    name = "stock.low.v1"

    goods: tuple[LowGoods, ...]


class Backordered(Event, frozen=True):
    """An order was promised units of these that are still to come."""

    name = "stock.backordered.v1"

    order_id: UUID
    variant_ids: tuple[UUID, ...]


class BackorderFilled(Event, frozen=True):
    """Units came and are kept for this order; `complete`: it waits for no others."""

    name = "stock.backorder_filled.v1"

    order_id: UUID
    variant_ids: tuple[UUID, ...]
    complete: bool


class FillDue(Event, frozen=True):
    """There may be free units of these and orders that wait for them."""

    name = "stock.fill_due.v1"

    variant_ids: tuple[UUID, ...]


class SubscribersDue(Event, frozen=True):
    """Some of these are there, and there may be shoppers who asked to be told."""

    name = "stock.subscribers_due.v1"

    variant_ids: tuple[UUID, ...]


class BackInStock(Event, frozen=True):
    """This shopper asked to be told, and now it can be bought."""

    name = "stock.back_in_stock.v1"

    variant_id: UUID
    customer_id: UUID
