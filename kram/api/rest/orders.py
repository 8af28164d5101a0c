"""Orders, and the steps that the staff takes with them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Cursor, Input, Limit, Line, Note
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.orders import OrderPage, OrderView, RefundView
from kram.billing.payments.models import RefundStatus
from kram.billing.refunds.service import refund_order
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.kit.money import Money
from kram.kit.pagination import page_size
from kram.shop.catalog.errors import OtherCurrency
from kram.shop.orders import queries, service
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import OrderStatus, PaymentState
from kram.shop.orders.search import Search
from kram.tenants.permissions import Permission

Asked = Annotated[
    str, QueryParameter(schema_extra={"maxLength": 100, "pattern": NO_NUL}, max_length=100)
]
Since = Annotated[
    datetime | None,
    QueryParameter(description="With its offset from UTC; `since` inside, `until` outside"),
]


class Shipment(Input, frozen=True):
    tracking: Line = ""


class Cancellation(Input, frozen=True):
    """`restock` false: the units are written off."""

    reason: Note
    restock: bool = True


class RefundInput(Input, frozen=True):
    """`amount` null: all that is left."""

    reason: Note
    amount: Money | None = None

    def checked(self, currency: str) -> Money | None:
        """Raises: InvalidInput, OtherCurrency."""
        if self.amount is None:
            return None
        if self.amount.minor <= 0:
            detail = gettext_noop("Give back more than nothing")
            raise InvalidInput(errors=[FieldError("/amount/minor", "amount_not_positive", detail)])
        if self.amount.currency != currency:
            raise OtherCurrency(currency=currency)
        return self.amount


@get("/orders", opt=needs(Permission.ORDERS_VIEW))
async def list_orders(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    status: FromQuery[OrderStatus | None] = None,
    payment: FromQuery[PaymentState | None] = None,
    tag: Asked = "",
    q: Asked = "",
    since: Since = None,
    until: Since = None,
) -> OrderPage:
    """The newest first. `q`: a number, a code, the end of a phone or a part of the name."""
    only = Search(text=q, payment=payment, tag=tag, since=since, until=until)
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.orders_page(
            tx,
            statuses=[status] if status else (),
            only=only,
            cursor=cursor,
            limit=page_size(limit),
        )
    return OrderPage([OrderView.of(order) for order in page.items], page.next_cursor)


@get("/orders/{order_id:uuid}", opt=needs(Permission.ORDERS_VIEW))
async def show_order(desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]) -> OrderView:
    """With its timeline."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/accept", opt=needs(Permission.ORDERS_ACCEPT), status_code=200)
async def accept_order(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> OrderView:
    """Repeated, it answers the order as it is; likewise the other steps."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.accept(tx, order_id, desk.actor)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/ship", opt=needs(Permission.ORDERS_SHIP), status_code=200)
async def ship_order(
    desk: DeskHere,
    services: ServicesHere,
    order_id: FromPath[UUID],
    data: JSONBody[Shipment],
) -> OrderView:
    """Its units leave the stock."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.ship(tx, order_id, desk.actor, data.tracking)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/deliver", opt=needs(Permission.ORDERS_SHIP), status_code=200)
async def deliver_order(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID]
) -> OrderView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.deliver(tx, order_id, desk.actor)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/cancel", opt=needs(Permission.ORDERS_CANCEL), status_code=200)
async def cancel_order(
    desk: DeskHere,
    services: ServicesHere,
    order_id: FromPath[UUID],
    data: JSONBody[Cancellation],
) -> OrderView:
    """Frees the stock; money that was paid goes back by itself."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.cancel(tx, order_id, desk.actor, data.reason, restock=data.restock)
        return await view_of(tx, order_id)


@post("/orders/{order_id:uuid}/refunds", opt=needs(Permission.ORDERS_REFUND), status_code=202)
async def refund_order_money(
    desk: DeskHere,
    once: OnceHere,
    order_id: FromPath[UUID],
    data: JSONBody[RefundInput],
) -> RefundView:
    """Needs an `Idempotency-Key`. The provider is asked afterwards: see the timeline."""
    once.needs_key()
    currency = desk.shop.currency
    amount = data.checked(currency)

    async def promise(tx: TenantTx) -> RefundView:
        made = await refund_order(tx, order_id, amount, desk.actor, data.reason, new_id())
        return RefundView(made.id, Money(made.amount_minor, currency), RefundStatus(made.status))

    return await once.run(promise, RefundView)


async def view_of(tx: TenantRead, order_id: UUID) -> OrderView:
    order = await queries.order_with_lines(tx, order_id)
    if order is None:
        raise OrderMissing
    return OrderView.of(order, order.steps, order.parcels)


ROUTES = [
    list_orders,
    show_order,
    accept_order,
    ship_order,
    deliver_order,
    cancel_order,
    refund_order_money,
]
