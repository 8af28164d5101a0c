"""What the staff changes about an order: goods, address, tags, words, money."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import patch, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input, Line, Note
from kram.api.rest.orders import view_of
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.orders import OrderView
from kram.billing.checkout.desk import take_cash
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import service
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.service import OrderEdit
from kram.tenants.permissions import Permission

Version = Annotated[int, msgspec.Meta(ge=1, le=2**31)]
Text = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^[^\u0000]*$")]


class LineChange(Input, frozen=True):
    """`quantity` is the new one; 0 takes the line away."""

    line_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=0, le=MOST_UNITS)]


class LineAddition(Input, frozen=True):
    variant_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]


class Changes(Input, frozen=True):
    """`version` is the order's that you saw. What is left out stays as it is."""

    version: Version
    lines: Annotated[tuple[LineChange, ...], msgspec.Meta(max_length=MOST_LINES)] = ()
    add: Annotated[tuple[LineAddition, ...], msgspec.Meta(max_length=MOST_LINES)] = ()
    recipient: Line | None = None
    phone: Line | None = None
    address: Note | None = None
    comment: Note | None = None
    reason: Note = ""

    @property
    def edit(self) -> OrderEdit:
        return OrderEdit(
            version=self.version,
            quantities={line.line_id: line.quantity for line in self.lines},
            added=sum_by_variant((line.variant_id, line.quantity) for line in self.add),
            recipient=self.recipient,
            phone=self.phone,
            address=self.address,
            comment=self.comment,
            reason=self.reason,
        )


class RestCancellation(Input, frozen=True):
    """`restock` false: the units are written off."""

    reason: Note = ""
    restock: bool = True


class OrderNoteInput(Input, frozen=True):
    text: Text
    for_shopper: bool = False


class TagsInput(Input, frozen=True):
    tags: Annotated[list[Line], msgspec.Meta(max_length=50)]


@patch("/orders/{order_id:uuid}", opt=needs(Permission.ORDERS_EDIT))
async def change_order(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], data: JSONBody[Changes]
) -> OrderView:
    """Before anything is packed. Units that stay keep their price; a difference is asked for or
    goes back. Answers 409 `order_changed` when somebody else was quicker."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.edit(tx, order_id, data.edit, desk.actor)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/cancel-rest", opt=needs(Permission.ORDERS_CANCEL), status_code=200)
async def cancel_rest(
    desk: DeskHere,
    services: ServicesHere,
    order_id: FromPath[UUID],
    data: JSONBody[RestCancellation],
) -> OrderView:
    """What no parcel holds will not be sent; its exact price is taken off, or goes back."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.cancel_rest(tx, order_id, desk.actor, data.reason, restock=data.restock)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/notes", opt=needs(Permission.ORDERS_VIEW))
async def add_note(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], data: JSONBody[OrderNoteInput]
) -> OrderView:
    """With `for_shopper` they are written to; else it stays with the staff."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.note(tx, order_id, data.text, desk.actor, for_shopper=data.for_shopper)
        return await view_of(tx, order_id)


@put("/orders/{order_id:uuid}/tags", opt=needs(Permission.ORDERS_ACCEPT))
async def put_tags(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], data: JSONBody[TagsInput]
) -> OrderView:
    """These and no others."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.tag(tx, order_id, data.tags, desk.actor)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/cash", opt=needs(Permission.ORDERS_EDIT), status_code=200)
async def take_money(desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]) -> OrderView:
    """The staff has what is still to be paid in the hand."""
    async with services.db.tenant(desk.tenant) as tx:
        await take_cash(tx, order_id, desk.actor)
        return await view_of(tx, order_id)


ROUTES = [change_order, cancel_rest, add_note, put_tags, take_money]
