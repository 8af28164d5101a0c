"""Facts about what is not sent."""

from uuid import UUID

from kram.kit.events.event import Event


class FileRemoved(Event, frozen=True):
    """Nobody may download it any more: its content may be deleted."""

    name = "digital.file_removed.v1"

    file_id: UUID
    key: str
