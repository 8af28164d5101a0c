"""Use cases, one file a verb. All of them lock the order's row first and may be repeated."""

from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.service.cancel import cancel, expire
from kram.shop.orders.service.fulfil import accept, deliver, ship
from kram.shop.orders.service.pay import mark_paid, mark_refunded, note_refund
from kram.shop.orders.service.place import place

__all__ = [
    "DraftLine",
    "OrderDraft",
    "accept",
    "cancel",
    "deliver",
    "expire",
    "mark_paid",
    "mark_refunded",
    "note_refund",
    "place",
    "ship",
]
