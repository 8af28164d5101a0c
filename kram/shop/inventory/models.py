from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")

MAIN_WAREHOUSE = UUID("00000000-0000-7000-8000-000000000001")
"""The row that migration 0002 puts into every shop."""


class ReservationState(StrEnum):
    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class MoveCause(StrEnum):
    """Why units came or went."""

    RECEIVED = "received"
    CORRECTED = "corrected"
    COUNTED = "counted"
    WRITTEN_OFF = "written_off"
    SHIPPED = "shipped"
    RETURNED = "returned"


class Warehouse(TenantBase):
    __tablename__ = "warehouse"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(server_default="0")


class Stock(TenantBase):
    """Units of a variant in a warehouse; `reserved` of them are promised to orders."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within"),
    )

    variant_id: Mapped[UUID] = mapped_column(
        ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True
    )
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(server_default="0")
    reserved: Mapped[int] = mapped_column(server_default="0")


class StockMove(TenantBase):
    """The ledger: on hand is the sum of its deltas. Rows are never changed (revoked by grant)."""

    __tablename__ = "stock_move"
    __table_args__ = (Index("ix_stock_move_variant", "variant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    delta: Mapped[int]
    cause: Mapped[str]
    actor: Mapped[str]
    document_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Reservation(TenantBase):
    """Units promised to one order until `expires_at` (None: until shipped or cancelled)."""

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("order_id", "variant_id", "warehouse_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("state IN ('held', 'taken', 'released')", name="state_known"),
        Index("ix_reservation_due", "expires_at", postgresql_where=text("state = 'held'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=ReservationState.HELD)
    expires_at: Mapped[datetime | None]
