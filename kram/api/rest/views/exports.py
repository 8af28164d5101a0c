"""Exports."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.integrations.exports.models import ExportJob, ExportState, ExportWhat
from kram.integrations.imports.sources import Format


class ExportView(View, frozen=True):
    """`done` counts rows; the file is there once `state` is "done", until `expires_at`."""

    id: UUID
    what: ExportWhat
    format: Format
    state: ExportState
    total: int
    done: int
    size_bytes: int
    problem: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None

    @classmethod
    def of(cls, job: ExportJob) -> "ExportView":
        return cls(**{name: getattr(job, name) for name in cls.__struct_fields__})


class ExportPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ExportView]
    next_cursor: str | None
