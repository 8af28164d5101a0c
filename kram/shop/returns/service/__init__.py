"""Use cases, one file a verb. All of them lock the order's row first and may be repeated."""

from kram.shop.returns.service.close import close, refund_of
from kram.shop.returns.service.decide import approve, decline
from kram.shop.returns.service.exchange import exchange, pay_out
from kram.shop.returns.service.receive import receive
from kram.shop.returns.service.request import MOST_PHOTOS, Wish, request, returnable

__all__ = [
    "MOST_PHOTOS",
    "Wish",
    "approve",
    "close",
    "decline",
    "exchange",
    "pay_out",
    "receive",
    "refund_of",
    "request",
    "returnable",
]
