"""Imports and their faults."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kram.api.rest.views.base import View
from kram.integrations.imports.models import ImportJob, ImportRowError, ImportState
from kram.integrations.imports.sources import Format
from kram.integrations.imports.undo import Undo


class ChangeView(View, frozen=True):
    """A field of something that exists, as it is and as it would be; amounts as digits."""

    sku: str
    field: str
    before: str
    after: str


class CheckView(View, frozen=True):
    """What an import would have done when it was checked; the first 20 of its changes."""

    created: int
    updated: int
    unchanged: int
    failed: int
    changes: list[ChangeView]

    @classmethod
    def of(cls, checked: dict[str, Any]) -> "CheckView":
        return msgspec.convert(checked, cls)


class ImportView(View, frozen=True):
    """Counts are rows, `created` to `unchanged` products; `problem` says why a file failed.

    `columns` maps our fields to places in `headings`, counted from 0; `sample` are the first rows.
    While it is checked the counts say what an import would do; `checked` keeps what they said.
    `kept` counts what stays although the import was taken back.
    """

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
    format: Format
    headings: list[str]
    columns: dict[str, int]
    sample: list[list[str]]
    checked: CheckView | None
    undone_at: datetime | None
    kept: int

    @classmethod
    def of(cls, job: ImportJob) -> "ImportView":
        values = {name: getattr(job, name) for name in cls.__struct_fields__}
        ended = job.checked is not None and "created" in job.checked
        values["checked"] = CheckView.of(job.checked or {}) if ended else None
        return cls(**values)


class UndoView(View, frozen=True):
    """`created` products to the archive, `changed` products, `moved` counts of stock; of `batches`
    so many are `left`."""

    created: int
    changed: int
    moved: int
    batches: int
    left: int
    until: datetime

    @classmethod
    def of(cls, undo: Undo) -> "UndoView":
        return msgspec.convert(undo, cls, from_attributes=True)


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
