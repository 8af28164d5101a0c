"""Orders, and the steps that the staff takes with them."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import Desk, needs
from kram.api.rest.services import RestServices
from kram.api.rest.views import OrderView
from kram.billing.payments.models import RefundStatus
from kram.billing.refunds.service import refund_order
from kram.kit.db.tx import TenantRead
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.kit.pagination import Page, page_size
from kram.shop.orders import queries, service
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import OrderStatus
from kram.tenants.permissions import Permission


class Shipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tracking: str = ""


class Cancellation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str


class RefundInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` None: all that is left. The same `id` twice is one refund."""

    reason: str
    amount: Money | None = None
    id: UUID | None = None


class RefundView(msgspec.Struct, frozen=True):
    id: UUID
    amount: Money
    status: RefundStatus


@get("/orders", opt=needs(Permission.ORDERS_VIEW))
async def list_orders(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    status: FromQuery[OrderStatus | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> Page[OrderView]:
    """The newest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.orders_page(
            tx, statuses=[status] if status else (), cursor=cursor, limit=page_size(limit)
        )
    return Page([OrderView.of(order) for order in page.items], page.next_cursor)


@get("/orders/{order_id:uuid}", opt=needs(Permission.ORDERS_VIEW))
async def show_order(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices], order_id: FromPath[UUID]
) -> OrderView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return await _view(tx, order_id)


@post("/orders/{order_id:uuid}/accept", opt=needs(Permission.ORDERS_ACCEPT), status_code=200)
async def accept(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices], order_id: FromPath[UUID]
) -> OrderView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.accept(tx, order_id, desk.actor)
        return await _view(tx, order_id)


@post("/orders/{order_id:uuid}/ship", opt=needs(Permission.ORDERS_SHIP), status_code=200)
async def ship(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    order_id: FromPath[UUID],
    data: JSONBody[Shipment],
) -> OrderView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.ship(tx, order_id, desk.actor, data.tracking)
        return await _view(tx, order_id)


@post("/orders/{order_id:uuid}/deliver", opt=needs(Permission.ORDERS_SHIP), status_code=200)
async def deliver(
    desk: NamedDependency[Desk], services: NamedDependency[RestServices], order_id: FromPath[UUID]
) -> OrderView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.deliver(tx, order_id, desk.actor)
        return await _view(tx, order_id)


@post("/orders/{order_id:uuid}/cancel", opt=needs(Permission.ORDERS_CANCEL), status_code=200)
async def cancel(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    order_id: FromPath[UUID],
    data: JSONBody[Cancellation],
) -> OrderView:
    """Frees the stock; money that was paid goes back by itself."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.cancel(tx, order_id, desk.actor, data.reason)
        return await _view(tx, order_id)


@post("/orders/{order_id:uuid}/refunds", opt=needs(Permission.ORDERS_REFUND), status_code=202)
async def refund(
    desk: NamedDependency[Desk],
    services: NamedDependency[RestServices],
    order_id: FromPath[UUID],
    data: JSONBody[RefundInput],
) -> RefundView:
    """The provider is asked right afterwards; the order's timeline tells how it went."""
    async with services.db.tenant(desk.tenant) as tx:
        made = await refund_order(
            tx, order_id, data.amount, desk.actor, data.reason, data.id or new_id()
        )
        order = await _view(tx, order_id)
    amount = Money(made.amount_minor, order.total.currency)
    return RefundView(made.id, amount, RefundStatus(made.status))


async def _view(tx: TenantRead, order_id: UUID) -> OrderView:
    order = await queries.order_with_lines(tx, order_id)
    if order is None:
        raise OrderMissing
    return OrderView.of(order, order.steps)


ROUTES = [list_orders, show_order, accept, ship, deliver, cancel, refund]
