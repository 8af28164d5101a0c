from uuid import UUID

from kram.kit.events.event import Event


class ImportRequested(Event, frozen=True, kw_only=True):
    """A file waits, or an import goes on behind row `after` of it."""

    name = "import.requested.v1"
    job_id: UUID
    after: int = 0
