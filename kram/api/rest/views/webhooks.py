"""Webhook endpoints and what became of their deliveries."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.integrations.crm.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from kram.integrations.crm.service import NewSecret


class Replayed(View, frozen=True):
    count: int


class EndpointView(View, frozen=True):
    """`secret` is shown once, when it is made."""

    id: UUID
    url: str
    is_enabled: bool
    disabled_reason: str
    failing_since: datetime | None
    secret: str | None = None

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, secret: str | None = None) -> "EndpointView":
        return cls(
            endpoint.id,
            endpoint.url,
            endpoint.is_enabled,
            endpoint.disabled_reason,
            endpoint.failing_since,
            secret,
        )

    @classmethod
    def with_secret(cls, made: NewSecret) -> "EndpointView":
        return cls.of(made.endpoint, made.secret)


class DeliveryView(View, frozen=True):
    id: UUID
    event_id: UUID
    event_name: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None

    @classmethod
    def of(cls, row: WebhookDelivery) -> "DeliveryView":
        return cls(
            row.id,
            row.event_id,
            row.event_name,
            row.state,
            row.attempts,
            row.next_attempt_at,
            row.delivered_at,
        )


class DeliveryPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[DeliveryView]
    next_cursor: str | None


class AttemptView(View, frozen=True):
    at: datetime
    status: int | None
    duration_ms: int
    error: str
    response_excerpt: str

    @classmethod
    def of(cls, row: WebhookAttempt) -> "AttemptView":
        return cls(row.at, row.status, row.duration_ms, row.error, row.response_excerpt)
