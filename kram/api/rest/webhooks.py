"""Outgoing webhooks: endpoints, their log, replays."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import Desk, needs
from kram.api.rest.services import RestServices
from kram.integrations.crm import queries, service
from kram.integrations.crm.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from kram.integrations.crm.service import NewSecret
from kram.kit.pagination import page_size
from kram.tenants.permissions import Permission

_MANAGE = needs(Permission.WEBHOOKS_MANAGE)


class EndpointInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    enabled: bool


class Stretch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[since, until)"""

    since: datetime
    until: datetime


class Replayed(msgspec.Struct, frozen=True):
    count: int


class EndpointView(msgspec.Struct, frozen=True):
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


class DeliveryView(msgspec.Struct, frozen=True):
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


class AttemptView(msgspec.Struct, frozen=True):
    at: datetime
    status: int | None
    duration_ms: int
    error: str
    response_excerpt: str

    @classmethod
    def of(cls, row: WebhookAttempt) -> "AttemptView":
        return cls(row.at, row.status, row.duration_ms, row.error, row.response_excerpt)


@get("/webhooks", opt=_MANAGE)
async def list_endpoints(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices]
) -> list[EndpointView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [EndpointView.of(endpoint) for endpoint in await queries.endpoints(tx)]


@post("/webhooks", opt=_MANAGE)
async def add_endpoint(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    data: JSONBody[EndpointInput],
) -> EndpointView:
    async with services.db.tenant(desk.tenant) as tx:
        made = await service.add_endpoint(tx, services.keys, services.url_policy, data.url)
    return EndpointView.with_secret(made)


@post("/webhooks/{endpoint_id:uuid}/rotate", opt=_MANAGE, status_code=200)
async def rotate_secret(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    endpoint_id: FromPath[UUID],
) -> EndpointView:
    """For 24 hours both secrets sign."""
    async with services.db.tenant(desk.tenant) as tx:
        made = await service.rotate_secret(tx, services.keys, endpoint_id)
    return EndpointView.with_secret(made)


@post("/webhooks/{endpoint_id:uuid}/switch", opt=_MANAGE, status_code=200)
async def switch(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    endpoint_id: FromPath[UUID],
    data: JSONBody[Switch],
) -> EndpointView:
    async with services.db.tenant(desk.tenant) as tx:
        endpoint = await service.switch(tx, endpoint_id, enabled=data.enabled)
    return EndpointView.of(endpoint)


@delete("/webhooks/{endpoint_id:uuid}", opt=_MANAGE)
async def remove_endpoint(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    endpoint_id: FromPath[UUID],
) -> None:
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_endpoint(tx, endpoint_id)


@get("/webhooks/{endpoint_id:uuid}/deliveries", opt=_MANAGE)
async def list_deliveries(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    endpoint_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
    limit: FromQuery[int | None] = None,
) -> list[DeliveryView]:
    """The newest first; `before` is the last id of the page before."""
    async with services.db.tenant_read(desk.tenant) as tx:
        rows = await queries.deliveries(tx, endpoint_id, before=before, limit=page_size(limit))
    return [DeliveryView.of(row) for row in rows]


@get("/webhook-deliveries/{delivery_id:uuid}/attempts", opt=_MANAGE)
async def list_attempts(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    delivery_id: FromPath[UUID],
) -> list[AttemptView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [AttemptView.of(row) for row in await queries.attempts(tx, delivery_id)]


@post("/webhook-deliveries/{delivery_id:uuid}/replay", opt=_MANAGE, status_code=202)
async def replay(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    delivery_id: FromPath[UUID],
) -> DeliveryView:
    async with services.db.tenant(desk.tenant) as tx:
        row = await service.replay(tx, delivery_id)
    return DeliveryView.of(row)


@post("/webhooks/{endpoint_id:uuid}/replay", opt=_MANAGE, status_code=202)
async def replay_between(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    endpoint_id: FromPath[UUID],
    data: JSONBody[Stretch],
) -> Replayed:
    async with services.db.tenant(desk.tenant) as tx:
        count = await service.replay_between(tx, endpoint_id, data.since, data.until)
    return Replayed(count)


ROUTES = [
    list_endpoints,
    add_endpoint,
    rotate_secret,
    switch,
    remove_endpoint,
    list_deliveries,
    list_attempts,
    replay,
    replay_between,
]
