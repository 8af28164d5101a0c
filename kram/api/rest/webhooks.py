"""Outgoing webhooks: endpoints, their log, replays."""

from datetime import UTC, datetime
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Instant, Limit
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.webhooks import (
    AttemptView,
    DeliveryPage,
    DeliveryView,
    EndpointView,
    Replayed,
)
from kram.integrations.crm import queries, service
from kram.integrations.crm.errors import DeliveryNotFound, EndpointNotFound
from kram.integrations.crm.models import WebhookDelivery, WebhookEndpoint
from kram.kit.pagination import page_of, page_size, read_cursor
from kram.tenants.permissions import Permission

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_MANAGE = needs(Permission.WEBHOOKS_MANAGE)


class EndpointInput(Input, frozen=True):
    url: str


class Switch(Input, frozen=True):
    enabled: bool


class Stretch(Input, frozen=True):
    """What happened from `since` on and before `until`."""

    since: Instant
    until: Instant

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return _utc(self.since), _utc(self.until)


def _utc(moment: datetime) -> datetime:
    """The nearest instant that the calendar has: its first and last day have no time zones."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == 1 else _LAST


@get("/webhooks", opt=_MANAGE)
async def list_endpoints(desk: DeskHere, services: ServicesHere) -> list[EndpointView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [EndpointView.of(endpoint) for endpoint in await queries.endpoints(tx)]


@post("/webhooks", opt=_MANAGE)
async def add_endpoint(
    desk: DeskHere,
    services: ServicesHere,
    data: JSONBody[EndpointInput],
) -> EndpointView:
    """The answer alone shows the secret. Your address must answer 2xx within 15 seconds."""
    async with services.db.tenant(desk.tenant) as tx:
        made = await service.add_endpoint(tx, services.keys, services.url_policy, data.url)
    return EndpointView.with_secret(made)


@post("/webhooks/{endpoint_id:uuid}/rotate", opt=_MANAGE, status_code=200)
async def rotate_secret(
    desk: DeskHere,
    services: ServicesHere,
    endpoint_id: FromPath[UUID],
) -> EndpointView:
    """For 24 hours both secrets sign."""
    async with services.db.tenant(desk.tenant) as tx:
        made = await service.rotate_secret(tx, services.keys, endpoint_id)
    return EndpointView.with_secret(made)


@post("/webhooks/{endpoint_id:uuid}/switch", opt=_MANAGE, status_code=200)
async def switch_endpoint(
    desk: DeskHere,
    services: ServicesHere,
    endpoint_id: FromPath[UUID],
    data: JSONBody[Switch],
) -> EndpointView:
    async with services.db.tenant(desk.tenant) as tx:
        endpoint = await service.switch(tx, endpoint_id, enabled=data.enabled)
    return EndpointView.of(endpoint)


@delete("/webhooks/{endpoint_id:uuid}", opt=_MANAGE)
async def remove_endpoint(
    desk: DeskHere,
    services: ServicesHere,
    endpoint_id: FromPath[UUID],
) -> None:
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_endpoint(tx, endpoint_id)


@get("/webhooks/{endpoint_id:uuid}/deliveries", opt=_MANAGE)
async def list_deliveries(
    desk: DeskHere,
    services: ServicesHere,
    endpoint_id: FromPath[UUID],
    cursor: Cursor = None,
    limit: Limit = None,
) -> DeliveryPage:
    """The newest first."""
    size = page_size(limit)
    before = read_cursor(cursor, tuple[UUID])[0] if cursor is not None else None
    async with services.db.tenant_read(desk.tenant) as tx:
        if await tx.get(WebhookEndpoint, endpoint_id) is None:
            raise EndpointNotFound
        rows = await queries.deliveries(tx, endpoint_id, before=before, limit=size + 1)
    page = page_of(rows, size, lambda row: (row.id,))
    return DeliveryPage([DeliveryView.of(row) for row in page.items], page.next_cursor)


@get("/webhook-deliveries/{delivery_id:uuid}/attempts", opt=_MANAGE)
async def list_attempts(
    desk: DeskHere,
    services: ServicesHere,
    delivery_id: FromPath[UUID],
) -> list[AttemptView]:
    """Why a delivery failed: what each attempt met, the oldest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        if await tx.get(WebhookDelivery, delivery_id) is None:
            raise DeliveryNotFound
        return [AttemptView.of(row) for row in await queries.attempts(tx, delivery_id)]


@post("/webhook-deliveries/{delivery_id:uuid}/replay", opt=_MANAGE, status_code=202)
async def replay_delivery(
    desk: DeskHere,
    services: ServicesHere,
    delivery_id: FromPath[UUID],
) -> DeliveryView:
    """Sends the event once more, with its old id."""
    async with services.db.tenant(desk.tenant) as tx:
        row = await service.replay(tx, delivery_id)
    return DeliveryView.of(row)


@post("/webhooks/{endpoint_id:uuid}/replay", opt=_MANAGE, status_code=202)
async def replay_stretch(
    desk: DeskHere,
    services: ServicesHere,
    endpoint_id: FromPath[UUID],
    data: JSONBody[Stretch],
) -> Replayed:
    """Sends again whatever happened in a stretch of time, for a receiver that was away."""
    async with services.db.tenant(desk.tenant) as tx:
        count = await service.replay_between(tx, endpoint_id, *data.bounds)
    return Replayed(count)


ROUTES = [
    list_endpoints,
    add_endpoint,
    rotate_secret,
    switch_endpoint,
    remove_endpoint,
    list_deliveries,
    list_attempts,
    replay_delivery,
    replay_stretch,
]
