from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kram.kit.db.base import TenantBase
from kram.shop.catalog.chosen import Chosen
from kram.shop.catalog.models import VariantKind
from kram.shop.configurator.lines import LineKey

_NOW = text("now()")


class OrderStatus(StrEnum):
    """Where an order stands; `rules.py` says which step leads where."""

    AWAITING_PAYMENT = "awaiting_payment"
    PLACED = "placed"
    ACCEPTED = "accepted"
    PARTLY_PACKED = "partly_packed"
    PACKED = "packed"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """`PARTLY_PAID`: it was paid, then changed, and waits for the difference."""

    UNPAID = "unpaid"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    REFUNDED = "refunded"


class DeliveryMethod(StrEnum):
    """`PICKUP`: the shopper comes for it, so no address is needed. `DIGITAL`: nothing is sent."""

    PICKUP = "pickup"
    COURIER = "courier"
    DIGITAL = "digital"


class StepKind(StrEnum):
    """Entries of the timeline. `CREATED` is an order that still waits for its money.

    `PARCEL_…` is one fulfilment of several; `NOTED` is read by the staff alone, `TOLD` by the
    shopper too. `GIVEN`, `TAKEN_BACK`: files, keys and gift cards; `KEY_READ`: by
    the staff.
    """

    CREATED = "created"
    PLACED = "placed"
    PAID = "paid"
    ACCEPTED = "accepted"
    PARCEL_PACKED = "parcel_packed"
    PARCEL_SHIPPED = "parcel_shipped"
    PARCEL_DELIVERED = "parcel_delivered"
    PARCEL_CANCELLED = "parcel_cancelled"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REST_CANCELLED = "rest_cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    EDITED = "edited"
    NOTED = "noted"
    TOLD = "told"
    TAGGED = "tagged"
    INVOICED = "invoiced"
    RETURN_REQUESTED = "return_requested"
    RETURN_APPROVED = "return_approved"
    RETURN_DECLINED = "return_declined"
    RETURN_RECEIVED = "return_received"
    RETURN_CLOSED = "return_closed"
    GIVEN = "given"
    GIVEN_AGAIN = "given_again"
    TAKEN_BACK = "taken_back"
    KEY_READ = "key_read"


class ParcelState(StrEnum):
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


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

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.position")
    steps: Mapped[list["OrderStep"]] = relationship(lazy="raise", order_by="OrderStep.id")
    parcels: Mapped[list["Fulfilment"]] = relationship(lazy="raise", order_by="Fulfilment.number")

    @property
    def to_pay_minor(self) -> int:
        """What a provider or the courier is to collect, all in all."""
        return max(self.total_minor - self.gift_card_minor - self.cancelled_minor, 0)


class OrderLine(TenantBase):
    """A bought variant as it was called and priced at that moment: `title` by the shop, `local_…`
    in the order's language, as its buyer saw it (None: not translated).

    All sums are for the whole line, `total_minor` without discount and added tax; the part of some
    of its units is `rules.share`. Of its units `fulfilled_quantity` are in parcels that were not
    cancelled, `shipped_quantity` of these have left, `returned_quantity` of these are on their way
    back or were taken back, `cancelled_quantity` will never be sent; `credited_quantity` of the
    last two are no longer to be paid. `points_minor` is the part of the discount that was paid in
    points. `shelf` is what one unit takes from the shelves, by variant,
    if that is not one of the variant itself; frozen, so that a bundle may change its components.
    So are the `kind` of the variant and the `terms` of what is not sent: of that, fulfilled and
    shipped units are those that were given. `design` is `chosen`, its price inside the line's.
    `is_returnable` is what the shop said when it was bought.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("total_minor = unit_price_minor * quantity", name="total_adds_up"),
        CheckConstraint(
            "discount_minor BETWEEN 0 AND total_minor AND tax_added_minor BETWEEN 0 AND tax_minor",
            name="parts_sane",
        ),
        CheckConstraint("points_minor BETWEEN 0 AND discount_minor", name="points_sane"),
        CheckConstraint(
            "returned_quantity >= 0 AND returned_quantity <= shipped_quantity"
            " AND shipped_quantity <= fulfilled_quantity AND cancelled_quantity >= 0"
            " AND fulfilled_quantity + cancelled_quantity <= quantity"
            " AND credited_quantity BETWEEN 0 AND cancelled_quantity + returned_quantity",
            name="units_add_up",
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
    local_title: Mapped[str | None]
    local_variant_title: Mapped[str | None]
    unit_price_minor: Mapped[int]
    quantity: Mapped[int]
    total_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    tax_minor: Mapped[int] = mapped_column(server_default="0")
    tax_added_minor: Mapped[int] = mapped_column(server_default="0")
    points_minor: Mapped[int] = mapped_column(server_default="0")
    fulfilled_quantity: Mapped[int] = mapped_column(server_default="0")
    shipped_quantity: Mapped[int] = mapped_column(server_default="0")
    cancelled_quantity: Mapped[int] = mapped_column(server_default="0")
    returned_quantity: Mapped[int] = mapped_column(server_default="0")
    credited_quantity: Mapped[int] = mapped_column(server_default="0")
    shelf: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    design: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    kind: Mapped[str] = mapped_column(server_default=VariantKind.GOODS)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_returnable: Mapped[bool] = mapped_column(server_default=text("true"))

    @property
    def shown_title(self) -> str:
        """For the buyer."""
        return self.local_title or self.title

    @property
    def shown_variant_title(self) -> str:
        return self.local_variant_title or self.variant_title

    @property
    def chosen(self) -> Chosen | None:
        """What the buyer put together, as it was called and priced then."""
        return None if self.design is None else msgspec.convert(self.design, Chosen)

    @property
    def key(self) -> LineKey:
        """What to ask for to have more of it."""
        return LineKey(self.variant_id, self.chosen.design if self.chosen else "")

    @property
    def is_sent(self) -> bool:
        return VariantKind(self.kind or VariantKind.GOODS).is_sent

    @property
    def left_quantity(self) -> int:
        """Units that no parcel holds yet."""
        return self._unfulfilled if self.is_sent else 0

    @property
    def ungiven_quantity(self) -> int:
        """Units that come onto the order's page once it is paid."""
        return 0 if self.is_sent else self._unfulfilled

    @property
    def given_quantity(self) -> int:
        return 0 if self.is_sent else self.shipped_quantity

    @property
    def returnable_quantity(self) -> int:
        """Units that can be sent back: what was read or downloaded cannot."""
        return self.shipped_quantity - self.returned_quantity if self.is_sent else 0

    @property
    def _unfulfilled(self) -> int:
        return self.quantity - self.fulfilled_quantity - self.cancelled_quantity

    def shelf_units(self, quantity: int) -> dict[UUID, int]:
        """What so many units take from the shelves: a bundle its components, a file nothing."""
        if self.shelf is None:
            return {self.variant_id: quantity}
        return {UUID(part): each * quantity for part, each in self.shelf.items()}

    @property
    def to_pay_minor(self) -> int:
        """What the line costs the shopper: after its discount, with the tax on top."""
        return self.total_minor - self.discount_minor + self.tax_added_minor


class OrderStep(TenantBase):
    """One entry of the timeline: what happened, by whom. Never changed (revoked by grant).

    `amount_minor` is of the order's currency; None where no sum of its own was moved. `detail` is
    what the words leave out: which parcel, what stood there before an edit.
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
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=_NOW)


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
