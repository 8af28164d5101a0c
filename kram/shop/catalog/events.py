"""Facts that the catalogue tells."""

from uuid import UUID

from kram.kit.events.event import Event


class CatalogChanged(Event, frozen=True):
    """Shoppers see something else from this version on. Once per transaction."""

    name = "catalog.changed.v1"

    version: int


class MediaAdded(Event, frozen=True):
    """A picture was stored as WebP; smaller files of it are still to be drawn."""

    name = "media.added.v1"

    media_id: UUID
    key: str


class MediaRemoved(Event, frozen=True):
    """Nobody shows this picture any more: its files may be deleted."""

    name = "media.removed.v1"

    media_id: UUID
    key: str


class CatalogDue(Event, frozen=True):
    """A timer: a date has come at which shoppers see something else, a sale or a publication.

    `product_id` None: nothing but pages has to change.
    """

    name = "catalog.due.v1"

    product_id: UUID | None
