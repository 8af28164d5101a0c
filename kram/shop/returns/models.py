from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class ReturnState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    RECEIVED = "received"
    CLOSED = "closed"


class ReturnReason(StrEnum):
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    DOES_NOT_FIT = "does_not_fit"
    CHANGED_MIND = "changed_mind"
    OTHER = "other"


class Condition(StrEnum):
    """What the goods were like when they came."""

    NEW = "new"
    USED = "used"
    DAMAGED = "damaged"


class ReturnRequest(TenantBase):
    """Units of an order that somebody wants to give back.

    `lines` are `rules.ReturnedLine`; `photos` storage keys. `refund_minor` is what closing gave
    back, the delivery's price in it if `refunds_delivery`.
    """

    __tablename__ = "return_request"
    __table_args__ = (
        CheckConstraint(
            "state IN ('requested', 'approved', 'declined', 'received', 'closed')",
            name="state_known",
        ),
        CheckConstraint("refund_minor >= 0", name="refund_sane"),
        Index("ix_return_request_order", "order_id"),
        Index("ix_return_request_recent", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(server_default=ReturnState.REQUESTED)
    reason: Mapped[str]
    comment: Mapped[str] = mapped_column(server_default="")
    answer: Mapped[str] = mapped_column(server_default="")
    photos: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    refunds_delivery: Mapped[bool] = mapped_column(server_default=text("false"))
    refund_minor: Mapped[int] = mapped_column(server_default="0")
    by_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    exchange_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
