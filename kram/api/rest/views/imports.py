"""Imports and their faults."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.integrations.imports.models import ImportJob, ImportRowError, ImportState


class ImportView(View, frozen=True):
    """Counts are rows, `created` to `unchanged` products; `problem` says why a file failed."""

    id: UUID
    filename: str
    state: ImportState
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    failed: int
    problem: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, job: ImportJob) -> "ImportView":
        return cls(**{name: getattr(job, name) for name in cls.__struct_fields__})


class ImportPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ImportView]
    next_cursor: str | None


class RowErrorView(View, frozen=True):
    """`row` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    message: str
    value: str

    @classmethod
    def of(cls, error: ImportRowError) -> "RowErrorView":
        return cls(error.row, error.column, error.message, error.value)
