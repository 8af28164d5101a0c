from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW, _YES, _NO = text("now()"), text("true"), text("false")


class UseState(StrEnum):
    """`RELEASED`: the order ended before it left, the use counts no more."""

    HELD = "held"
    RELEASED = "released"


class Promotion(TenantBase):
    """`rule` is a `rule.Rule`. Without `is_automatic` it is given by its codes only.

    `used` counts the held uses while there is a `total_limit`, and only then: a row that every
    order had to lock would let orders through one by one.
    """

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="time_runs"),
        CheckConstraint("total_limit > 0 AND buyer_limit > 0", name="limits_positive"),
        CheckConstraint("used >= 0", name="used_sane"),
        Index("ix_promotion_recent", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_automatic: Mapped[bool] = mapped_column(server_default=_NO)
    is_active: Mapped[bool] = mapped_column(server_default=_YES)
    is_exclusive: Mapped[bool] = mapped_column(server_default=_NO)
    priority: Mapped[int] = mapped_column(server_default="0")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    total_limit: Mapped[int | None]
    buyer_limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class PromoCode(TenantBase):
    """`code` is upper case; `use_limit` never changes, and `used` counts while there is one."""

    __tablename__ = "promo_code"
    __table_args__ = (
        CheckConstraint("use_limit > 0", name="limit_positive"),
        CheckConstraint("used BETWEEN 0 AND use_limit", name="used_within"),
        Index("ix_promo_code_promotion", "promotion_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    promotion_id: Mapped[UUID] = mapped_column(ForeignKey("promotion.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(unique=True)
    use_limit: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class PromoUse(TenantBase):
    """An order got it. A revived order has released uses beside held ones.

    `is_first_order` marks one use of an order that is cheaper for being its customer's first: an
    index lets a customer hold one such order at a time.
    """

    __tablename__ = "promo_use"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'released')", name="state_known"),
        Index("ix_promo_use_order", "order_id"),
        Index("ix_promo_use_promotion", "promotion_id", "id"),
        Index(
            "uq_promo_use_first_order",
            "customer_id",
            unique=True,
            postgresql_where=text("is_first_order AND state = 'held'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    promotion_id: Mapped[UUID] = mapped_column(ForeignKey("promotion.id"))
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("promo_code.id"))
    order_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    amount_minor: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=UseState.HELD)
    is_first_order: Mapped[bool] = mapped_column(server_default=_NO)
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class PromoBuyer(TenantBase):
    """How often a customer holds a promotion that has a `buyer_limit`."""

    __tablename__ = "promo_buyer"
    __table_args__ = (CheckConstraint("used >= 0", name="used_sane"),)

    promotion_id: Mapped[UUID] = mapped_column(
        ForeignKey("promotion.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    used: Mapped[int]
