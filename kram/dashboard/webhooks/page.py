"""Outgoing webhooks: addresses, secrets shown once, the log of what was sent."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery

from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.integrations.crm import queries, service
from kram.integrations.crm.errors import DeliveryNotFound, EndpointNotFound
from kram.integrations.crm.models import WebhookDelivery, WebhookEndpoint
from kram.integrations.crm.service import NewSecret
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.messages import gettext_noop
from kram.tenants.permissions import Permission

_LIST = "/{shop_slug:str}/webhooks"
_ONE = f"{_LIST}/{{endpoint_id:uuid}}"
_MANAGE = needs(Permission.WEBHOOKS_MANAGE)
_LOG_PAGE = 25
_URL_ERRORS = {"url_refused": "url"}


@get(_LIST, opt=_MANAGE)
async def webhooks_page(view: ViewHere, desk: DeskHere) -> Answer:
    return view.page(
        "webhooks/webhooks.html", desk=desk, form=Form(), endpoints=await _endpoints(view, desk)
    )


@post(_LIST, opt=_MANAGE)
async def add_webhook(view: ViewHere, desk: DeskHere) -> Answer:
    form = await read_form(view.request)
    services = view.services
    try:
        async with services.db.tenant(desk.tenant) as tx:
            added = await service.add_endpoint(
                tx, services.keys, services.url_policy, form.get("url").strip()
            )
    except AppError as error:
        form.refuse(error, view.translate, _URL_ERRORS)
        endpoints = await _endpoints(view, desk)
        return view.page(
            "webhooks/webhooks.html", error=error, desk=desk, form=form, endpoints=endpoints
        )
    return await _endpoint_page(view, desk, added.endpoint.id, secret=added.secret)


@get(_ONE, opt=_MANAGE)
async def webhook_page(
    view: ViewHere,
    desk: DeskHere,
    endpoint_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
) -> Answer:
    return await _endpoint_page(view, desk, endpoint_id, before=before)


@post(f"{_ONE}/rotate", opt=_MANAGE)
async def rotate_secret(view: ViewHere, desk: DeskHere, endpoint_id: FromPath[UUID]) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        rotated: NewSecret = await service.rotate_secret(tx, view.services.keys, endpoint_id)
    return await _endpoint_page(view, desk, endpoint_id, secret=rotated.secret)


@post(f"{_ONE}/switch", opt=_MANAGE)
async def switch_webhook(view: ViewHere, desk: DeskHere, endpoint_id: FromPath[UUID]) -> Answer:
    enabled = (await read_form(view.request)).get("enabled") == "yes"

    async def act(tx: TenantTx) -> object:
        return await service.switch(tx, endpoint_id, enabled=enabled)

    done = gettext_noop("Sending again") if enabled else gettext_noop("Sending was stopped")
    return await _act(view, desk, act, desk.path("webhooks", endpoint_id), done)


@post(f"{_ONE}/remove", opt=_MANAGE)
async def remove_webhook(view: ViewHere, desk: DeskHere, endpoint_id: FromPath[UUID]) -> Answer:
    async def act(tx: TenantTx) -> object:
        await service.remove_endpoint(tx, endpoint_id)
        return None

    done = gettext_noop("The webhook was removed")
    return await _act(view, desk, act, desk.path("webhooks"), done)


@get(f"{_ONE}/deliveries/{{delivery_id:uuid}}", opt=_MANAGE)
async def delivery_page(
    view: ViewHere, desk: DeskHere, endpoint_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Answer:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        found = await queries.delivery_with_endpoint(tx, delivery_id)
        if found is None or found[1].id != endpoint_id:
            raise DeliveryNotFound
        attempts = await queries.attempts(tx, delivery_id)
    return view.page(
        "webhooks/delivery.html",
        desk=desk,
        delivery=found[0],
        endpoint=found[1],
        attempts=attempts,
    )


@post(f"{_ONE}/deliveries/{{delivery_id:uuid}}/replay", opt=_MANAGE)
async def replay_delivery(
    view: ViewHere, desk: DeskHere, endpoint_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Answer:
    async def act(tx: TenantTx) -> object:
        return await service.replay(tx, delivery_id)

    path = desk.path("webhooks", endpoint_id, "deliveries", delivery_id)
    return await _act(view, desk, act, path, gettext_noop("It is being sent once more"))


async def _act(
    view: View,
    desk: Desk,
    act: Callable[[TenantTx], Awaitable[object]],
    path: str,
    done: str,
) -> Answer:
    async with view.services.db.tenant(desk.tenant) as tx:
        await act(tx)
    return view.go(path, done)


async def _endpoint_page(
    view: View,
    desk: Desk,
    endpoint_id: UUID,
    *,
    before: UUID | None = None,
    secret: str = "",
) -> Answer:
    """`secret` stands on this one answer and nowhere else. Raises: EndpointNotFound."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        endpoint = await tx.get(WebhookEndpoint, endpoint_id)
        if endpoint is None:
            raise EndpointNotFound
        found = await queries.deliveries(tx, endpoint_id, before=before, limit=_LOG_PAGE + 1)
    log: list[WebhookDelivery] = found[:_LOG_PAGE]
    return view.page(
        "webhooks/webhook.html",
        at=desk.path("webhooks", endpoint_id) if secret else "",
        desk=desk,
        endpoint=endpoint,
        secret=secret,
        log=log,
        next_before=log[-1].id if len(found) > _LOG_PAGE else None,
    )


async def _endpoints(view: View, desk: Desk) -> list[WebhookEndpoint]:
    async with view.services.db.tenant_read(desk.tenant) as tx:
        return await queries.endpoints(tx)
