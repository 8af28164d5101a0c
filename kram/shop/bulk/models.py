from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class BulkEdit(TenantBase):
    """`products` and `variants` count what was changed. `reverse` are rows of id, what was, what
    became; of stock id and delta. It is emptied when it was used or its time is over."""

    __tablename__ = "bulk_edit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    change: Mapped[dict[str, Any]] = mapped_column(JSONB)
    products: Mapped[int]
    variants: Mapped[int]
    reverse: Mapped[list[list[Any]]] = mapped_column(JSONB)
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    undone_at: Mapped[datetime | None]
