"""How many units there are."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row

from kram.kit.db.tx import TenantRead
from kram.shop.inventory import queries
from kram.shop.inventory.models import Selling
from kram.shop.inventory.rules import LARGEST_QUANTITY, Offered, offered


class StockLevel(msgspec.Struct, frozen=True):
    """Over all warehouses; `available` units can be promised from the active ones.

    `room` more may be promised before they come, `backordered` were; the staff is told at `low_at`.
    """

    on_hand: int
    reserved: int
    available: int
    room: int = 0
    backordered: int = 0
    selling: Selling = Selling.IN_STOCK
    available_from: date | None = None
    backorder_limit: int | None = None
    own_low_at: int | None = None
    low_at: int | None = None

    @property
    def offered(self) -> Offered:
        return offered(self.available, self.room)

    @property
    def is_low(self) -> bool:
        return self.low_at is not None and 0 < self.available <= self.low_at


async def available(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, int]:
    """Units that can be promised now, those to come included; 0 for a variant without stock."""
    found = await levels(tx, variant_ids)
    return {variant_id: level.available + level.room for variant_id, level in found.items()}


async def levels(tx: TenantRead, variant_ids: Collection[UUID]) -> dict[UUID, StockLevel]:
    rows = await queries.levels(tx, variant_ids)
    return {row.variant_id: level_of(row) for row in rows}


def level_of(row: Row[Any]) -> StockLevel:
    """Of a row of `queries.levels`."""
    return StockLevel(
        on_hand=row.on_hand,
        reserved=row.reserved,
        available=row.free,
        room=_room(row),
        backordered=row.backordered,
        selling=Selling(row.selling),
        available_from=row.available_from,
        backorder_limit=row.backorder_limit,
        own_low_at=row.own_low_at,
        low_at=row.shop_low_at if row.own_low_at is None else row.own_low_at,
    )


def _room(row: Row[Any]) -> int:
    return room_of(row.selling, row.backorder_limit, row.backordered)


def room_of(selling: str, limit: int | None, backordered: int) -> int:
    """Units that may still be promised before they come."""
    if selling == Selling.IN_STOCK:
        return 0
    return LARGEST_QUANTITY if limit is None else max(limit - backordered, 0)
