from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")

MAIN_WAREHOUSE = UUID("00000000-0000-7000-8000-000000000001")
"""The row that migration 0002 puts into every shop."""

NOWHERE = UUID("00000000-0000-7000-8000-000000000000")
"""Where awaited units are: no row of `warehouse` has this id."""

WHOLE_SHOP = UUID("00000000-0000-7000-8000-000000000000")
"""The row of `stock_policy` that holds for variants without a word of their own."""


class ReservationState(StrEnum):
    """`AWAITED`: promised before there are units; they are kept for it when they come."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"
    AWAITED = "awaited"


class MoveCause(StrEnum):
    """Why units came or went."""

    RECEIVED = "received"
    CORRECTED = "corrected"
    COUNTED = "counted"
    WRITTEN_OFF = "written_off"
    SHIPPED = "shipped"
    RETURNED = "returned"
    TRANSFERRED = "transferred"


class Selling(StrEnum):
    """What may be promised of a variant that has no free units."""

    IN_STOCK = "in_stock"
    BACKORDER = "backorder"
    PREORDER = "preorder"


class DocumentKind(StrEnum):
    TRANSFER = "transfer"
    STOCKTAKE = "stocktake"


class DocumentState(StrEnum):
    """`OPEN`: a transfer is on its way, a stocktake is being counted."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Warehouse(TenantBase):
    """A place. Units of an active one are for sale, the lowest `position` first; shoppers collect
    orders where `is_pickup`. A removed one is kept for the ledger, which names it."""

    __tablename__ = "warehouse"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    address: Mapped[str] = mapped_column(server_default="")
    is_pickup: Mapped[bool] = mapped_column(server_default=text("false"))
    hours: Mapped[str] = mapped_column(server_default="")
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    removed_at: Mapped[datetime | None]


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


class StockPolicy(TenantBase):
    """How a variant is sold and watched beyond its units; one without a row is sold from stock.

    `backordered` units are promised and not there yet: never more than `backorder_limit` (None: as
    many as are asked). The staff is told when no more than `low_at` units are left (None: as the
    row of the whole shop says), once until units come again (`low_told`).
    """

    __tablename__ = "stock_policy"
    __table_args__ = (
        CheckConstraint("selling IN ('in_stock', 'backorder', 'preorder')", name="selling_known"),
        CheckConstraint(
            "backordered >= 0 AND (backorder_limit IS NULL OR backordered <= backorder_limit)",
            name="backordered_within",
        ),
        CheckConstraint("low_at >= 0", name="low_at_sane"),
    )

    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    selling: Mapped[str] = mapped_column(server_default=Selling.IN_STOCK)
    available_from: Mapped[date | None]
    backorder_limit: Mapped[int | None]
    backordered: Mapped[int] = mapped_column(server_default="0")
    low_at: Mapped[int | None]
    low_told: Mapped[bool] = mapped_column(server_default=text("false"))


class StockMove(TenantBase):
    """The ledger: on hand is the sum of its deltas. Rows are never changed (revoked by grant).

    `document_id` is an order's or a `stock_document`'s, as the cause says.
    """

    __tablename__ = "stock_move"
    __table_args__ = (Index("ix_stock_move_variant", "variant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    delta: Mapped[int]
    cause: Mapped[str]
    actor: Mapped[str]
    document_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Reservation(TenantBase):
    """Units promised to one order until `expires_at` (None: until shipped or cancelled).

    `quantity` units are in `state`; `shipped` ones of this row have left before them.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("order_id", "variant_id", "warehouse_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("state IN ('held', 'taken', 'released', 'awaited')", name="state_known"),
        Index(
            "ix_reservation_due", "expires_at", postgresql_where=text("state IN ('held','awaited')")
        ),
        Index(
            "ix_reservation_awaited",
            "variant_id",
            "order_id",
            postgresql_where=text("state = 'awaited'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    quantity: Mapped[int]
    shipped: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default=ReservationState.HELD)
    expires_at: Mapped[datetime | None]


class StockDocument(TenantBase):
    """Paper behind moves: a transfer from `warehouse_id` to `to_warehouse_id`, or a stocktake."""

    __tablename__ = "stock_document"
    __table_args__ = (
        CheckConstraint("kind IN ('transfer', 'stocktake')", name="kind_known"),
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state_known"),
        CheckConstraint(
            "(kind = 'transfer') = (to_warehouse_id IS NOT NULL)", name="destination_fits"
        ),
        CheckConstraint("to_warehouse_id <> warehouse_id", name="somewhere_else"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=DocumentState.OPEN)
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"))
    to_warehouse_id: Mapped[UUID | None] = mapped_column(ForeignKey("warehouse.id"))
    note: Mapped[str] = mapped_column(server_default="")
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    ended_at: Mapped[datetime | None]


class StockDocumentLine(TenantBase):
    """Units sent, or units counted when the books said `expected`."""

    __tablename__ = "stock_document_line"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_sane"),)

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("stock_document.id", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    expected: Mapped[int] = mapped_column(server_default="0")
    counted_at: Mapped[datetime | None]


class StockSubscription(TenantBase):
    """A shopper who wants one message when the variant has units again; gone once it is sent."""

    __tablename__ = "stock_subscription"

    variant_id: Mapped[UUID] = mapped_column(
        ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(
        ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
