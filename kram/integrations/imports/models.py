from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_ZERO = text("0")


class ImportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportJob(TenantBase):
    """A file on its way into the catalogue. Counts are rows of the file without its header.

    `storage_key` is empty once the file is deleted, or where none was stored.
    """

    __tablename__ = "import_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    storage_key: Mapped[str]
    filename: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=ImportState.WAITING)
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(server_default=_ZERO)
    created: Mapped[int] = mapped_column(server_default=_ZERO)
    updated: Mapped[int] = mapped_column(server_default=_ZERO)
    unchanged: Mapped[int] = mapped_column(server_default=_ZERO)
    failed: Mapped[int] = mapped_column(server_default=_ZERO)
    problem: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    finished_at: Mapped[datetime | None]


class ImportRowError(TenantBase):
    """`row` counts from 1 with the header as row 1, as a spreadsheet does."""

    __tablename__ = "import_row_error"
    __table_args__ = (Index("ix_import_row_error_job", "job_id", "row"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("import_job.id", ondelete="CASCADE"))
    row: Mapped[int]
    column: Mapped[str]
    message: Mapped[str]
    value: Mapped[str]
