from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


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
