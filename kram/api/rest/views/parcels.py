"""Parcels of an order."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.shop.orders.models import Fulfilment


class PackedView(View, frozen=True):
    line_id: UUID
    quantity: int


class ParcelView(View, frozen=True):
    """`number` counts the order's parcels from 1."""

    id: UUID
    number: int
    state: str
    carrier: str
    tracking_number: str
    tracking_url: str
    warehouse_id: UUID | None
    lines: tuple[PackedView, ...]
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None

    @classmethod
    def of(cls, parcel: Fulfilment) -> "ParcelView":
        return cls(
            id=parcel.id,
            number=parcel.number,
            state=parcel.state,
            carrier=parcel.carrier,
            tracking_number=parcel.tracking_number,
            tracking_url=parcel.tracking_url,
            warehouse_id=parcel.warehouse_id,
            lines=tuple(PackedView(line_id, units) for line_id, units in parcel.units.items()),
            created_at=parcel.created_at,
            shipped_at=parcel.shipped_at,
            delivered_at=parcel.delivered_at,
            cancelled_at=parcel.cancelled_at,
        )
