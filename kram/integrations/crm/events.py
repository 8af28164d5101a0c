from uuid import UUID

from kram.kit.events.event import Event


class WebhookAttemptDue(Event, frozen=True, kw_only=True):
    """A timer: the moment of a delivery's next attempt. Not sent to endpoints."""

    name = "webhook.attempt_due.v1"
    delivery_id: UUID
