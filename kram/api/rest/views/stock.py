"""Units, the places they are in, and the papers about them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from kram.api.rest.views.base import View
from kram.shop.inventory.models import (
    DocumentKind,
    DocumentState,
    MoveCause,
    Selling,
    StockDocument,
    StockMove,
    Warehouse,
)
from kram.shop.inventory.service import StockLevel


class WarehouseView(View, frozen=True):
    """Units of an active place are for sale, the lowest `position` first."""

    id: UUID
    name: str
    position: int
    is_active: bool
    is_pickup: bool
    address: str
    hours: str
    latitude: float | None
    longitude: float | None

    @classmethod
    def of(cls, place: Warehouse) -> "WarehouseView":
        return cls(
            id=place.id,
            name=place.name,
            position=place.position,
            is_active=place.is_active,
            is_pickup=place.is_pickup,
            address=place.address,
            hours=place.hours,
            latitude=place.latitude,
            longitude=place.longitude,
        )


class ShelfView(View, frozen=True):
    warehouse_id: UUID
    on_hand: int
    reserved: int


class StockView(View, frozen=True):
    """`on_hand` are units in all places, `reserved` of them promised to orders; `available` are
    free in the active ones. `backordered` units were promised before they came, `limit` may be.
    The staff is told at `low_at`."""

    variant_id: UUID
    on_hand: int
    reserved: int
    available: int
    backordered: int
    selling: Selling
    available_from: date | None
    limit: int | None
    low_at: int | None
    places: list[ShelfView]

    @classmethod
    def of(
        cls, variant_id: UUID, level: StockLevel, places: Mapping[UUID, tuple[int, int]]
    ) -> "StockView":
        return cls(
            variant_id=variant_id,
            on_hand=level.on_hand,
            reserved=level.reserved,
            available=level.available,
            backordered=level.backordered,
            selling=level.selling,
            available_from=level.available_from,
            limit=level.backorder_limit,
            low_at=level.low_at,
            places=[ShelfView(place, *units) for place, units in places.items()],
        )


class GoodsLine(View, frozen=True):
    sku: str
    title: str
    variant_title: str
    product_id: UUID
    stock: StockView


class GoodsPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[GoodsLine]
    next_cursor: str | None


class MoveView(View, frozen=True):
    """`document_id` is an order's, a parcel's, a transfer's or a stocktake's, as the cause says."""

    id: UUID
    warehouse_id: UUID
    delta: int
    cause: MoveCause
    actor: str
    document_id: UUID | None
    note: str
    at: datetime

    @classmethod
    def of(cls, move: StockMove) -> "MoveView":
        return cls(
            id=move.id,
            warehouse_id=move.warehouse_id,
            delta=move.delta,
            cause=MoveCause(move.cause),
            actor=move.actor,
            document_id=move.document_id,
            note=move.note,
            at=move.created_at,
        )


class MovePage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[MoveView]
    next_cursor: str | None


class DocumentLine(View, frozen=True):
    """`quantity` units were sent, or counted when the books said `expected`."""

    variant_id: UUID
    sku: str
    quantity: int
    expected: int


class DocumentView(View, frozen=True):
    """`lines` is null in lists. `to_warehouse_id` is a transfer's."""

    id: UUID
    kind: DocumentKind
    state: DocumentState
    warehouse_id: UUID
    to_warehouse_id: UUID | None
    note: str
    actor: str
    created_at: datetime
    ended_at: datetime | None
    lines: list[DocumentLine] | None = None

    @classmethod
    def of(cls, document: StockDocument, lines: Iterable[Row[Any]] | None = None) -> "DocumentView":
        return cls(
            id=document.id,
            kind=DocumentKind(document.kind),
            state=DocumentState(document.state),
            warehouse_id=document.warehouse_id,
            to_warehouse_id=document.to_warehouse_id,
            note=document.note,
            actor=document.actor_name,
            created_at=document.created_at,
            ended_at=document.ended_at,
            lines=None
            if lines is None
            else [
                DocumentLine(line.variant_id, line.sku, line.quantity, line.expected)
                for line in lines
            ],
        )


class DocumentPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[DocumentView]
    next_cursor: str | None


class StockSettings(View, frozen=True):
    """At how many units the staff is told of a variant that says nothing itself; null: never."""

    low_at: int | None
