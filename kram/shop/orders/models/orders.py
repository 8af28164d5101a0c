from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kram.kit.db.base import TenantBase
from kram.shop.orders.models.lines import OrderLine
from kram.shop.orders.models.parcels import Fulfilment
from kram.shop.orders.models.states import (
    DeliveryMethod,
    PaymentState,
)
from kram.shop.orders.models.steps import OrderStep

_NOW = text("now()")


class Order(TenantBase):
    """What a shopper bought, frozen. `code` is public and random, `number` gapless per shop.

    `number` is given when the order reaches the staff; an order that is never paid has none.
    All amounts are minor units of `currency`. `discount_minor` is every discount together: on
    goods, on delivery, by points; `tax_minor` every tax, of which `tax_added_minor` comes on top of
    the prices and the rest is inside them. `gift_card_minor` is a tender: it pays a part of the
    total. `pricing` is how the amounts came about, frozen. `cancelled_minor` is what units that
    will not be sent take off what is to be paid; the total itself stays. `tracking` is the number
    of the parcel that was sent last; `version` counts the staff's edits.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "status IN ('awaiting_payment', 'placed', 'accepted', 'partly_packed', 'packed',"
            " 'partly_shipped', 'shipped', 'delivered', 'cancelled')",
            name="status_known",
        ),
        CheckConstraint(
            "payment_state IN ('unpaid', 'partly_paid', 'paid', 'refunded')", name="payment_known"
        ),
        CheckConstraint(
            "delivery_method IN ('pickup', 'courier', 'digital')", name="delivery_known"
        ),
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
        CheckConstraint("cancelled_minor BETWEEN 0 AND total_minor", name="cancelled_sane"),
        Index("ix_orders_recent", "created_at", "id"),
        Index("ix_orders_customer", "customer_id", "created_at"),
        Index("ix_orders_tags", "tags", postgresql_using="gin"),
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
    pickup_point_id: Mapped[UUID | None]
    comment: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(String(2))
    tracking: Mapped[str] = mapped_column(server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    version: Mapped[int] = mapped_column(server_default="1")
    cancelled_minor: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    lines: Mapped[list[OrderLine]] = relationship(lazy="raise", order_by="OrderLine.position")
    steps: Mapped[list[OrderStep]] = relationship(lazy="raise", order_by="OrderStep.id")
    parcels: Mapped[list[Fulfilment]] = relationship(lazy="raise", order_by="Fulfilment.number")

    @property
    def to_pay_minor(self) -> int:
        """What a provider or the courier is to collect, all in all."""
        return max(self.total_minor - self.gift_card_minor - self.cancelled_minor, 0)


class OrderSettings(TenantBase):
    """One row; `seller` is `settings.Seller`, who stands on documents."""

    __tablename__ = "order_settings"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    return_days: Mapped[int] = mapped_column(server_default="14")
    invoice_series: Mapped[str] = mapped_column(server_default="INV")
    seller: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class OrderCounter(TenantBase):
    """One row: the next number. Taken by the last statement before the commit, so never a gap."""

    __tablename__ = "order_counter"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    next_number: Mapped[int] = mapped_column(server_default="1001")
