"""Use cases, one file a verb. All of them lock the order's row first and may be repeated."""

from kram.shop.orders.drafts import DraftLine, OrderDraft
from kram.shop.orders.service.bring import bring
from kram.shop.orders.service.cancel import cancel, expire
from kram.shop.orders.service.edit import OrderEdit, edit
from kram.shop.orders.service.fulfil import accept, deliver, ship
from kram.shop.orders.service.note import note, tag
from kram.shop.orders.service.pack import pack, track, unpack
from kram.shop.orders.service.parcels import Tracking
from kram.shop.orders.service.pay import mark_paid, mark_refunded, note_refund
from kram.shop.orders.service.place import place
from kram.shop.orders.service.rest import cancel_rest
from kram.shop.orders.service.send import arrive, send

__all__ = [
    "DraftLine",
    "OrderDraft",
    "OrderEdit",
    "Tracking",
    "accept",
    "arrive",
    "bring",
    "cancel",
    "cancel_rest",
    "deliver",
    "edit",
    "expire",
    "mark_paid",
    "mark_refunded",
    "note",
    "note_refund",
    "pack",
    "place",
    "send",
    "ship",
    "tag",
    "track",
    "unpack",
]
