"""Goods on their way back."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Cursor, Input, Limit, Note
from kram.api.rest.once import OnceHere
from kram.api.rest.order_changes import LineAddition
from kram.api.rest.parcels import UnitsOfLine
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.returns import ReturnPage, ReturnView
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import page_size
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.models import Order
from kram.shop.returns import queries, service
from kram.shop.returns.errors import ReturnMissing
from kram.shop.returns.models import Condition, ReturnReason, ReturnRequest, ReturnState
from kram.shop.returns.photos import photo_file, photo_of
from kram.shop.returns.rules import Received
from kram.shop.returns.service import Wish
from kram.tenants.permissions import Permission


class ReturnInput(Input, frozen=True):
    lines: Annotated[list[UnitsOfLine], msgspec.Meta(min_length=1, max_length=MOST_LINES)]
    reason: ReturnReason
    comment: Note = ""

    @property
    def wish(self) -> Wish:
        units = sum_by_variant((line.line_id, line.quantity) for line in self.lines)
        return Wish(units=units, reason=self.reason, comment=self.comment)


class Answer(Input, frozen=True):
    """What the shopper is told."""

    answer: Note = ""


class ReceivedLine(Input, frozen=True):
    """`restock`: the units go back on the shelf."""

    line_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=0, le=MOST_UNITS)]
    condition: Condition = Condition.NEW
    restock: bool = True


class Receipt(Input, frozen=True):
    """A line that is not named has not come."""

    lines: Annotated[list[ReceivedLine], msgspec.Meta(max_length=MOST_LINES)]

    @property
    def came(self) -> dict[UUID, Received]:
        return {
            line.line_id: Received(line.quantity, line.condition, line.restock)
            for line in self.lines
        }


class Closing(Input, frozen=True):
    refund_delivery: bool = False


class Exchange(Input, frozen=True):
    """Units that are sent instead, at today's prices."""

    lines: Annotated[list[LineAddition], msgspec.Meta(min_length=1, max_length=MOST_LINES)]


@get("/returns", opt=needs(Permission.ORDERS_VIEW))
async def list_returns(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    only: Annotated[ReturnState | None, QueryParameter(name="state")] = None,
) -> ReturnPage:
    """The newest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.returns_page(
            tx, states=[only] if only else (), cursor=cursor, limit=page_size(limit)
        )
    return ReturnPage([ReturnView.of(*row) for row in page.items], page.next_cursor)


@get("/returns/{return_id:uuid}", opt=needs(Permission.ORDERS_VIEW))
async def show_return(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID]
) -> ReturnView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _view(tx, return_id)


@get("/returns/{return_id:uuid}/photos/{number:int}", opt=needs(Permission.ORDERS_VIEW))
async def show_return_photo(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID], number: FromPath[int]
) -> Response[bytes]:
    """What the customer photographed, as WebP; `photos` of the return says how many there are,
    counted from 0."""
    async with services.db.tenant_read(desk.tenant) as tx:
        back = await tx.get(ReturnRequest, return_id)
    if back is None:
        raise ReturnMissing
    body = await photo_file(services.storage, photo_of(back, number))
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(body, headers=headers, media_type="image/webp")


@post("/orders/{order_id:uuid}/returns", opt=needs(Permission.ORDERS_EDIT))
async def request_return(
    desk: DeskHere, once: OnceHere, order_id: FromPath[UUID], data: JSONBody[ReturnInput]
) -> ReturnView:
    """Approved by that: the staff asks for it."""

    async def make(tx: TenantTx) -> ReturnView:
        back = await service.request(tx, order_id, data.wish, desk.actor)
        return await _view(tx, back.id)

    return await once.run(make, ReturnView)


@post("/returns/{return_id:uuid}/approve", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def approve_return(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID], data: JSONBody[Answer]
) -> ReturnView:
    """Repeated, it answers the return as it is; likewise the other steps."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.approve(tx, return_id, desk.actor, data.answer)
        return await _view(tx, return_id)


@post("/returns/{return_id:uuid}/decline", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def decline_return(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID], data: JSONBody[Answer]
) -> ReturnView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.decline(tx, return_id, desk.actor, data.answer)
        return await _view(tx, return_id)


@post("/returns/{return_id:uuid}/receive", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def receive_return(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID], data: JSONBody[Receipt]
) -> ReturnView:
    """What has not come may be asked for again."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.receive(tx, return_id, data.came, desk.actor)
        return await _view(tx, return_id)


@post("/returns/{return_id:uuid}/close", opt=needs(Permission.ORDERS_REFUND), status_code=200)
async def close_return(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID], data: JSONBody[Closing]
) -> ReturnView:
    """The exact price of what came goes back."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.close(tx, return_id, desk.actor, refunds_delivery=data.refund_delivery)
        return await _view(tx, return_id)


@post("/returns/{return_id:uuid}/exchange", opt=needs(Permission.ORDERS_REFUND), status_code=200)
async def exchange_return(
    desk: DeskHere, services: ServicesHere, return_id: FromPath[UUID], data: JSONBody[Exchange]
) -> ReturnView:
    """Closes it into a draft order, `exchange_id`, which what came back pays for. If the draft is
    dropped, or its order cancelled, the money goes back and there is no `exchange_id` any more."""
    wanted = sum_by_variant((line.variant_id, line.quantity) for line in data.lines)
    async with services.db.tenant(desk.tenant) as tx:
        await service.exchange(tx, return_id, wanted, desk.actor)
        return await _view(tx, return_id)


async def _view(tx: TenantRead, return_id: UUID) -> ReturnView:
    back = await tx.get(ReturnRequest, return_id)
    if back is None:
        raise ReturnMissing
    order = await tx.get(Order, back.order_id)
    assert order is not None, "orders are never deleted"
    return ReturnView.of(back, order)


ROUTES = [
    list_returns,
    show_return,
    show_return_photo,
    request_return,
    approve_return,
    decline_return,
    receive_return,
    close_return,
    exchange_return,
]
