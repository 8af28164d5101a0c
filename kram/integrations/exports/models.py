from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_ZERO = text("0")


class ExportWhat(StrEnum):
    PRODUCTS = "products"
    ORDERS = "orders"


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ExportJob(TenantBase):
    """Goods or orders on their way into a file, which can be fetched until `expires_at`.

    `done` counts rows; `filters` says which orders.
    """

    __tablename__ = "export_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state_known"),
        CheckConstraint("what IN ('products', 'orders')", name="what_known"),
        CheckConstraint("format IN ('csv', 'xlsx', 'yml')", name="format_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str]
    format: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(server_default=ExportState.WAITING)
    total: Mapped[int] = mapped_column(server_default=_ZERO)
    done: Mapped[int] = mapped_column(server_default=_ZERO)
    storage_key: Mapped[str] = mapped_column(server_default="")
    size_bytes: Mapped[int] = mapped_column(server_default=_ZERO)
    problem: Mapped[str] = mapped_column(server_default="")
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
