"""For ourselves; nothing here is public."""

from uuid import UUID

from kram.kit.events.event import Event


class ExportRequested(Event, frozen=True, kw_only=True):
    name = "export.requested.v1"
    job_id: UUID


class ExportEnded(Event, frozen=True, kw_only=True):
    """A timer: the file is not to be had any longer."""

    name = "export.ended.v1"
    job_id: UUID
