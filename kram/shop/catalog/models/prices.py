from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class PriceList(TenantBase):
    """Prices for some: for a group of customers (None: everybody), for a time, in a currency."""

    __tablename__ = "price_list"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="time_runs"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    group_id: Mapped[UUID | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class ListPrice(TenantBase):
    """From `min_quantity` units on, each costs `minor`."""

    __tablename__ = "list_price"
    __table_args__ = (
        CheckConstraint("minor >= 0 AND minor <= 10000000000000", name="price_sane"),
        CheckConstraint("min_quantity BETWEEN 1 AND 999", name="quantity_sane"),
        Index("ix_list_price_variant", "variant_id"),
    )

    price_list_id: Mapped[UUID] = mapped_column(
        ForeignKey("price_list.id", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[UUID] = mapped_column(
        ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True
    )
    min_quantity: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    minor: Mapped[int]


class PriceHistory(TenantBase):
    """What a variant cost from `at` on, until its next row. Never changed (revoked by grant).

    Holds the sale with its dates rather than what it came to, so that nothing has to run at the
    instant when a sale begins: the lowest price of any 30 days follows from these rows alone.
    """

    __tablename__ = "price_history"

    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    price_minor: Mapped[int]
    sale_minor: Mapped[int | None]
    sale_from: Mapped[datetime | None]
    sale_until: Mapped[datetime | None]
    currency: Mapped[str] = mapped_column(String(3))
