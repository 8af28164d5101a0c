from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kram.kit.db.base import TenantBase

_NOW = text("now()")
_ZERO = text("0")
_NOTHING = text("'[]'")


class ImportState(StrEnum):
    """A draft waits for its columns; a check judges the file and writes nothing. What is done can
    be undone for a while."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class ImportJob(TenantBase):
    """A file on its way into the catalogue. Counts are rows of the file without its header.

    `storage_key` is empty once the file is deleted, or where none was stored. `columns` maps our
    names to places in a row; empty in jobs of the release before, which guessed them each time.
    `sample` are the first rows, `checked` what the last check found. `headings_key` is the same for
    files with the same headings. `kept` counts what an undo had to leave as it is.
    """

    __tablename__ = "import_job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'checking', 'checked', 'waiting', 'running', 'done', 'failed',"
            " 'undoing', 'undone')",
            name="state_known",
        ),
        CheckConstraint("format IN ('csv', 'xlsx', 'yml')", name="format_known"),
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
    format: Mapped[str] = mapped_column(server_default="csv")
    headings: Mapped[list[str]] = mapped_column(JSONB, server_default=_NOTHING)
    headings_key: Mapped[str] = mapped_column(server_default="")
    columns: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    sample: Mapped[list[list[str]]] = mapped_column(JSONB, server_default=_NOTHING)
    checked: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    kept: Mapped[int] = mapped_column(server_default=_ZERO)


class ImportBatch(TenantBase):
    """What it takes to take a batch back: one begins behind `after` rows of the file.

    `created` are products; `image` packs what changed and moved (`before.py`), of which there are
    `changed` products and `moved` counts of stock. Rows go when their time is over; of what was
    taken back `created` stays, so that a mended file brings the same goods back.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_undone", "undone_at"),)

    job_id: Mapped[UUID] = mapped_column(
        ForeignKey("import_job.id", ondelete="CASCADE"), primary_key=True
    )
    after: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    changed: Mapped[int]
    moved: Mapped[int]
    image: Mapped[bytes | None]
    undone_at: Mapped[datetime | None]


class ImportRowError(TenantBase):
    """`row` counts from 1 with the header as row 1, as a spreadsheet does. `of_undo`: not why it
    was refused, but what of it stays as it is although the import was taken back."""

    __tablename__ = "import_row_error"
    __table_args__ = (Index("ix_import_row_error_job", "job_id", "row"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("import_job.id", ondelete="CASCADE"))
    row: Mapped[int]
    column: Mapped[str]
    message: Mapped[str]
    value: Mapped[str]
    of_undo: Mapped[bool] = mapped_column(server_default=text("false"))
