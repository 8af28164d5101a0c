from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class Invoice(TenantBase):
    """What was asked for an order, numbered. Never changed (revoked by grant)."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("series", "number"),
        UniqueConstraint("order_id", "order_version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    order_version: Mapped[int]
    series: Mapped[str]
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    issued_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    @property
    def name(self) -> str:
        return f"{self.series}-{self.number:06d}" if self.series else f"{self.number:06d}"


class InvoiceCounter(TenantBase):
    """The next number of a series; see `queries.issue`."""

    __tablename__ = "invoice_counter"

    series: Mapped[str] = mapped_column(primary_key=True)
    next_number: Mapped[int]
