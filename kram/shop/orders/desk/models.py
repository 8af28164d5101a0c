from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class DraftState(StrEnum):
    OPEN = "open"
    PLACED = "placed"
    DROPPED = "dropped"


class DraftOrder(TenantBase):
    """`content` is `content.DraftContent`; `order_id` what became of it.

    `return_id`: it is the other half of an exchange.
    """

    __tablename__ = "draft_order"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'placed', 'dropped')", name="state_known"),
        Index("ix_draft_order_recent", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default=DraftState.OPEN)
    version: Mapped[int] = mapped_column(server_default="1")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    order_id: Mapped[UUID | None]
    return_id: Mapped[UUID | None]
    author: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=_NOW)
