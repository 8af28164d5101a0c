"""Use cases of the stock, a file each: promise, move, count, watch."""

from kram.shop.inventory.service.levels import StockLevel, available, levels
from kram.shop.inventory.service.promise import (
    discard,
    keep,
    release,
    release_part,
    reserve,
    reserve_more,
    take,
    take_part,
)
from kram.shop.inventory.service.receive import receive, receive_many, recount

__all__ = [
    "StockLevel",
    "available",
    "discard",
    "keep",
    "levels",
    "receive",
    "receive_many",
    "recount",
    "release",
    "release_part",
    "reserve",
    "reserve_more",
    "take",
    "take_part",
]
