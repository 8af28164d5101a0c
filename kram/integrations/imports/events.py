from uuid import UUID

from kram.kit.events.event import Event


class ImportRequested(Event, frozen=True, kw_only=True):
    """A file waits, or its import goes on where it stands."""

    name = "import.requested.v1"
    job_id: UUID


class ImportUndoRequested(Event, frozen=True, kw_only=True):
    """An import is taken back, or that goes on where it stands. `actor_id` is a merchant's."""

    name = "import.undo_requested.v1"
    job_id: UUID
    actor_id: str
