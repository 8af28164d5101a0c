"""What happened to a customer; nothing personal: CRMs receive these fields."""

from uuid import UUID

from kram.kit.events.event import Event


class MatchFound(Event, frozen=True):
    """Two profiles were proved to be one person's; they are joined by who hears this."""

    name = "customer.match_found.v1"

    customer_id: UUID
    other_id: UUID


class MergeRequested(Event, frozen=True):
    """The staff says that two profiles are one person's. `actor_id` is a merchant's."""

    name = "customer.merge_requested.v1"

    customer_id: UUID
    other_id: UUID
    actor_id: str
    actor_name: str


class CustomerMerged(Event, frozen=True):
    """All that was of `merged_id` is of `customer_id` from now on."""

    name = "customer.merged.v1"

    customer_id: UUID
    merged_id: UUID


class CustomerErased(Event, frozen=True):
    """`ids`: every profile that was this person's, the last one first."""

    name = "customer.erased.v1"

    customer_id: UUID
    ids: tuple[UUID, ...]


class ConsentChanged(Event, frozen=True):
    name = "customer.consent_changed.v1"

    customer_id: UUID
    channel: str
    purpose: str
    granted: bool
    source: str
