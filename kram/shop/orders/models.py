from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class OrderStatus(StrEnum):
    """Where an order stands; `rules.py` says which step leads where."""

    AWAITING_PAYMENT = "awaiting_payment"
    PLACED = "placed"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    REFUNDED = "refunded"


class DeliveryMethod(StrEnum):
    """`PICKUP`: the shopper comes for it, so no address is needed."""

    PICKUP = "pickup"
    COURIER = "courier"


class StepKind(StrEnum):
    """Entries of the timeline. `CREATED` is an order that still waits for its money."""

    CREATED = "created"
    PLACED = "placed"
    PAID = "paid"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class Order(TenantBase):
    """What a shopper bought, frozen. `code` is public and random, `number` gapless per shop.

    `number` is given when the order reaches the staff; an order that is never paid has none.
    All amounts are minor units of `currency`. `discount_minor` is every discount together: on
    goods, on delivery, by points; `tax_minor` every tax, of which `tax_added_minor` comes on top of
    the prices and the rest is inside them. `gift_card_minor` is a tender: it pays a part of the
    total. `pricing` is how the amounts came about, frozen.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "status IN ('awaiting_payment', 'placed', 'accepted', 'shipped', 'delivered',"
            " 'cancelled')",
            name="status_known",
        ),
        CheckConstraint("payment_state IN ('unpaid', 'paid', 'refunded')", name="payment_known"),
        CheckConstraint("delivery_method IN ('pickup', 'courier')", name="delivery_known"),
        CheckConstraint(
            "total_minor = subtotal_minor - discount_minor + delivery_minor + tax_added_minor",
            name="total_adds_up",
        ),
        CheckConstraint("subtotal_minor >= 0 AND delivery_minor >= 0", name="amounts_sane"),
        CheckConstraint(
            "discount_minor BETWEEN 0 AND subtotal_minor + delivery_minor"
            " AND tax_added_minor BETWEEN 0 AND tax_minor",
            name="parts_sane",
        ),
        CheckConstraint("gift_card_minor BETWEEN 0 AND total_minor", name="tender_sane"),
        Index("ix_orders_recent", "created_at", "id"),
        Index("ix_orders_customer", "customer_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    status: Mapped[str]
    payment_state: Mapped[str] = mapped_column(server_default=PaymentState.UNPAID)
    payment_method: Mapped[str]
    delivery_method: Mapped[str] = mapped_column(server_default=DeliveryMethod.COURIER)
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_minor: Mapped[int]
    delivery_minor: Mapped[int] = mapped_column(server_default="0")
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    tax_minor: Mapped[int] = mapped_column(server_default="0")
    tax_added_minor: Mapped[int] = mapped_column(server_default="0")
    total_minor: Mapped[int]
    gift_card_minor: Mapped[int] = mapped_column(server_default="0")
    pricing: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    recipient: Mapped[str]
    phone: Mapped[str]
    address: Mapped[str]
    comment: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(String(2))
    tracking: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.position")
    steps: Mapped[list["OrderStep"]] = relationship(lazy="raise", order_by="OrderStep.id")

    @property
    def to_pay_minor(self) -> int:
        """What a provider or the courier is to collect."""
        return self.total_minor - self.gift_card_minor


class OrderLine(TenantBase):
    """A bought variant as it was called and priced at that moment.

    All sums are for the whole line, `total_minor` without discount and added tax; the part of some
    of its units is `rules.share`.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("total_minor = unit_price_minor * quantity", name="total_adds_up"),
        CheckConstraint(
            "discount_minor BETWEEN 0 AND total_minor AND tax_added_minor BETWEEN 0 AND tax_minor",
            name="parts_sane",
        ),
        Index("ix_order_line_order", "order_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    product_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    sku: Mapped[str]
    title: Mapped[str]
    variant_title: Mapped[str] = mapped_column(server_default="")
    unit_price_minor: Mapped[int]
    quantity: Mapped[int]
    total_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    tax_minor: Mapped[int] = mapped_column(server_default="0")
    tax_added_minor: Mapped[int] = mapped_column(server_default="0")

    @property
    def to_pay_minor(self) -> int:
        """What the line costs the shopper: after its discount, with the tax on top."""
        return self.total_minor - self.discount_minor + self.tax_added_minor


class OrderStep(TenantBase):
    """One entry of the timeline: what happened, by whom. Never changed (revoked by grant).

    `amount_minor` is of the order's currency; None where no sum of its own was moved.
    """

    __tablename__ = "order_step"
    __table_args__ = (Index("ix_order_step_order", "order_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    kind: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    amount_minor: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(server_default=_NOW)


class OrderCounter(TenantBase):
    """One row: the next number. Taken by the last statement before the commit, so never a gap."""

    __tablename__ = "order_counter"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    next_number: Mapped[int] = mapped_column(server_default="1001")
