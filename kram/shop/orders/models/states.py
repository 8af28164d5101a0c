"""What an order and its parts can be."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order stands; `rules.py` says which step leads where."""

    AWAITING_PAYMENT = "awaiting_payment"
    PLACED = "placed"
    ACCEPTED = "accepted"
    PARTLY_PACKED = "partly_packed"
    PACKED = "packed"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """`PARTLY_PAID`: it was paid, then changed, and waits for the difference."""

    UNPAID = "unpaid"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    REFUNDED = "refunded"


class DeliveryMethod(StrEnum):
    """`PICKUP`: the shopper comes for it, so no address is needed. `DIGITAL`: nothing is sent."""

    PICKUP = "pickup"
    COURIER = "courier"
    DIGITAL = "digital"


class StepKind(StrEnum):
    """Entries of the timeline. `CREATED` is an order that still waits for its money.

    `RETURN_PAID_OUT`: what was to pay for an exchange goes back as money.
    `PARCEL_…` is one fulfilment of several; `NOTED` is read by the staff alone, `TOLD` by the
    shopper too. `GIVEN`, `TAKEN_BACK`: files, keys and gift cards; `KEY_READ`: by
    the staff.
    """

    CREATED = "created"
    PLACED = "placed"
    PAID = "paid"
    ACCEPTED = "accepted"
    PARCEL_PACKED = "parcel_packed"
    PARCEL_SHIPPED = "parcel_shipped"
    PARCEL_DELIVERED = "parcel_delivered"
    PARCEL_CANCELLED = "parcel_cancelled"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REST_CANCELLED = "rest_cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    EDITED = "edited"
    NOTED = "noted"
    TOLD = "told"
    TAGGED = "tagged"
    INVOICED = "invoiced"
    RETURN_REQUESTED = "return_requested"
    RETURN_APPROVED = "return_approved"
    RETURN_DECLINED = "return_declined"
    RETURN_RECEIVED = "return_received"
    RETURN_CLOSED = "return_closed"
    RETURN_PAID_OUT = "return_paid_out"
    GIVEN = "given"
    GIVEN_AGAIN = "given_again"
    TAKEN_BACK = "taken_back"
    KEY_READ = "key_read"


class ParcelState(StrEnum):
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
