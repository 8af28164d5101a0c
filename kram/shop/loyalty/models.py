from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class PointCause(StrEnum):
    """`RETURNED`: spent ones come back with a cancelled order. `TAKEN_BACK`: earned ones go with a
    refund."""

    EARNED = "earned"
    WELCOME = "welcome"
    REFERRAL = "referral"
    ADJUSTED = "adjusted"
    SPENT = "spent"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"


class LoyaltySettings(TenantBase):
    """One row. A point is a minor unit of the shop's currency; rates are basis points.

    `earn_rate` of what was paid for goods is earned, `spend_limit` of the goods may be paid with
    points; `welcome_points` are for who came by a friend's link, `referral_points` for the friend.
    """

    __tablename__ = "loyalty_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint(
            "earn_rate BETWEEN 0 AND 10000 AND spend_limit BETWEEN 0 AND 10000", name="rates_sane"
        ),
        CheckConstraint("welcome_points >= 0 AND referral_points >= 0", name="gifts_sane"),
        CheckConstraint("kept_days > 0", name="kept_sane"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    is_active: Mapped[bool] = mapped_column(server_default=text("false"))
    earn_rate: Mapped[int] = mapped_column(server_default="300")
    spend_limit: Mapped[int] = mapped_column(server_default="3000")
    kept_days: Mapped[int | None] = mapped_column(server_default="365")
    welcome_points: Mapped[int] = mapped_column(server_default="0")
    referral_points: Mapped[int] = mapped_column(server_default="0")


class PointAccount(TenantBase):
    """`referrer_id` is by whose link the customer came; `rewarded_at` when that was paid for."""

    __tablename__ = "point_account"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_sane"),
        CheckConstraint("referrer_id <> customer_id", name="not_oneself"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(server_default="0")
    referral_code: Mapped[str | None] = mapped_column(unique=True)
    referrer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    rewarded_at: Mapped[datetime | None]


class PointMove(TenantBase):
    """One change of a balance; the sum is the balance. Never changed (revoked by grant)."""

    __tablename__ = "point_move"
    __table_args__ = (
        CheckConstraint("delta <> 0", name="delta_real"),
        Index("ix_point_move_customer", "customer_id", "id"),
        Index("ix_point_move_order", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index(
            "uq_point_move_once",
            "order_id",
            "cause",
            unique=True,
            postgresql_where=text("cause IN ('earned', 'welcome', 'referral')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("point_account.customer_id"))
    order_id: Mapped[UUID | None]
    delta: Mapped[int]
    cause: Mapped[str]
    actor: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
