from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")


class ExportState(StrEnum):
    WAITING = "waiting"
    DONE = "done"


class PersonExport(TenantBase):
    """Somebody asked for all that is known of a person. The file is kept until `expires_at`."""

    __tablename__ = "person_export"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done')", name="state_known"),
        Index("ix_person_export_customer", "customer_id", "id"),
        Index(
            "uq_person_export_waiting",
            "customer_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(server_default=ExportState.WAITING)
    language: Mapped[str]
    file_key: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    finished_at: Mapped[datetime | None]
