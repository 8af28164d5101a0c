from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase
from kram.shop.orders.models.states import (
    ParcelState,
)

_NOW = text("now()")


class Fulfilment(TenantBase):
    """A parcel: units of an order that travel together. `number` counts the order's parcels from 1.

    `lines` are `{"line_id": …, "quantity": …}`, written once; the order's lock guards the row.
    """

    __tablename__ = "fulfilment"
    __table_args__ = (
        CheckConstraint(
            "state IN ('packed', 'shipped', 'delivered', 'cancelled')", name="state_known"
        ),
        UniqueConstraint("order_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=ParcelState.PACKED)
    warehouse_id: Mapped[UUID | None]
    carrier: Mapped[str] = mapped_column(server_default="")
    tracking_number: Mapped[str] = mapped_column(server_default="")
    tracking_url: Mapped[str] = mapped_column(server_default="")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    @property
    def units(self) -> dict[UUID, int]:
        """Quantities by the order's lines."""
        return {UUID(line["line_id"]): int(line["quantity"]) for line in self.lines}
