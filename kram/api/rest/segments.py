"""Segments: rules that say which customers are meant."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Input
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.people import SegmentPreviewView, SegmentView
from kram.kit.db.tx import TenantTx
from kram.shop.segments import queries, service
from kram.tenants.permissions import Permission

_VIEW, _EDIT = needs(Permission.CUSTOMERS_VIEW), needs(Permission.CUSTOMERS_EDIT)
_ONE = "/segments/{segment_id:uuid}"


class SegmentInput(Input, frozen=True):
    """`rule` is one part or several: `{"is": "and", "rules": [{"is": "orders", "at_least": 3},
    {"is": "not", "rule": {"is": "last_order", "days": 90}}]}`. Parts: and, or, not, orders, spent,
    last_order, last_seen, joined, rfm, tag, group, bought, language, city, consent, reachable."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=NO_NUL)]
    rule: dict[str, Any]


class RuleInput(Input, frozen=True):
    rule: dict[str, Any]


@get("/segments", opt=_VIEW)
async def list_segments(desk: DeskHere, services: ServicesHere) -> list[SegmentView]:
    """By name; there are at most a hundred."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [SegmentView.of(segment) for segment in await queries.segments(tx)]


@post("/segments", opt=_EDIT)
async def create_segment(
    desk: DeskHere, once: OnceHere, data: JSONBody[SegmentInput]
) -> SegmentView:
    async def create(tx: TenantTx) -> SegmentView:
        return SegmentView.of(await service.save_segment(tx, data.name, data.rule))

    return await once.run(create, SegmentView)


@put(_ONE, opt=_EDIT)
async def change_segment(
    desk: DeskHere,
    services: ServicesHere,
    segment_id: FromPath[UUID],
    data: JSONBody[SegmentInput],
) -> SegmentView:
    async with services.db.tenant(desk.tenant) as tx:
        return SegmentView.of(await service.save_segment(tx, data.name, data.rule, segment_id))


@delete(_ONE, opt=_EDIT)
async def remove_segment(
    desk: DeskHere, services: ServicesHere, segment_id: FromPath[UUID]
) -> None:
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_segment(tx, segment_id)


@post("/segments/preview", opt=_VIEW, status_code=200)
async def preview_segment(
    desk: DeskHere, services: ServicesHere, data: JSONBody[RuleInput]
) -> SegmentPreviewView:
    """Whom a rule means at this moment; nothing is kept."""
    async with services.db.tenant_read(desk.tenant) as tx:
        found = await service.preview(tx, data.rule)
    return SegmentPreviewView(found.count, found.names)


@get("/customers/{customer_id:uuid}/segments", opt=_VIEW)
async def list_segments_of_customer(
    desk: DeskHere, services: ServicesHere, customer_id: FromPath[UUID]
) -> list[SegmentView]:
    """Those that the customer belongs to at this moment."""
    async with services.db.tenant_read(desk.tenant) as tx:
        belongs = await service.segments_of(tx, customer_id)
        kept = await queries.segments(tx, belongs)
    return [SegmentView.of(segment) for segment in kept]


ROUTES = [
    list_segments,
    create_segment,
    change_segment,
    remove_segment,
    preview_segment,
    list_segments_of_customer,
]
