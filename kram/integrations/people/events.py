"""For ourselves; nothing here is public."""

from uuid import UUID

from kram.kit.events.event import Event


class ExportRequested(Event, frozen=True):
    name = "person.export_requested.v1"

    export_id: UUID


class ExportEnded(Event, frozen=True):
    """A timer: the file is not to be had any longer."""

    name = "person.export_ended.v1"

    export_id: UUID
