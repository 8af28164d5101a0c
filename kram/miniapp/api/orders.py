"""The shopper's own orders. Another person's order does not exist."""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from kram.billing.payments.queries import payments_of
from kram.billing.payments.service import due_minor
from kram.kit.db.tx import TenantRead
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.order_answer import (
    OrderAnswer,
    OrdersAnswer,
    SeenOrder,
    may_cancel,
    order_answer,
    orders_answer,
)
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.miniapp.api.waiting import ask_provider
from kram.miniapp.services import Services
from kram.shop.digital.service import given_to
from kram.shop.inventory.queries import held_until
from kram.shop.orders import service
from kram.shop.orders.errors import OrderMissing, StepImpossible
from kram.shop.orders.models import Order, OrderStatus, PaymentState
from kram.shop.orders.queries import lines_of, order_by_code, orders_page
from kram.shop.orders.wording import CancelReason
from kram.shop.returns.service import returnable

_PAGE_SIZE = 20


class CancelRequest(msgspec.Struct, frozen=True):
    reason: CancelReason = CancelReason.OTHER


class PayAnswer(msgspec.Struct, frozen=True):
    redirect_url: str | None


@get("/orders")
async def own_orders(
    request: AnyRequest, shopper: ShopperHere, services: ServicesHere
) -> OrdersAnswer:
    """The newest first. Raises: BadCursor."""
    cursor = request.query_params.get("cursor") or None
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        page = await orders_page(
            tx, customer_id=shopper.customer_id, cursor=cursor, limit=_PAGE_SIZE
        )
    return orders_answer(page, shopper.shop, shopper.words)


@get("/orders/{code:str}")
async def own_order(
    code: FromPath[str], shopper: ShopperHere, services: ServicesHere
) -> OrderAnswer:
    """Of one that waits for its payment the provider is asked as well."""
    seen = await _read(code, shopper, services)
    is_awaiting = seen.order.status == OrderStatus.AWAITING_PAYMENT
    payments = seen.payments
    if is_awaiting and payments and await ask_provider(services, shopper.shop, payments[-1]):
        seen = await _read(code, shopper, services)
    return order_answer(seen, shopper.shop, shopper.words, services.clock())


@post("/orders/{code:str}/pay", status_code=200)
async def pay_order(code: FromPath[str], shopper: ShopperHere, services: ServicesHere) -> PayAnswer:
    """Raises: OrderMissing, NotAwaitingPayment, ShopPaused, UnknownProvider."""
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        order = await own(tx, code, shopper)
    payment = await services.checkout.pay_again(shopper.shop, order.id, order.payment_method)
    return PayAnswer(payment.redirect_url)


@post("/orders/{code:str}/cancel", status_code=200)
async def cancel_order(
    code: FromPath[str],
    shopper: ShopperHere,
    services: ServicesHere,
    data: JSONBody[CancelRequest | None] = None,
) -> OrderAnswer:
    """Until the shop accepts it; money goes back. Raises: OrderMissing, StepImpossible."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        found = await own(tx, code, shopper)
        order = await tx.get(Order, found.id, lock=True)
        assert order is not None, "orders are never deleted"
        lines = await lines_of(tx, order.id)
        if order.status != OrderStatus.CANCELLED and not may_cancel(order, lines):
            raise StepImpossible(status=order.status, action="cancel")
        await service.cancel(tx, order.id, shopper.actor, (data or CancelRequest()).reason)
    return await answer_of(code, shopper, services)


async def answer_of(code: str, shopper: Shopper, services: Services) -> OrderAnswer:
    """Raises: OrderMissing."""
    seen = await _read(code, shopper, services)
    return order_answer(seen, shopper.shop, shopper.words, services.clock())


async def _read(code: str, shopper: Shopper, services: Services) -> SeenOrder:
    """Raises: OrderMissing."""
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        order = await own(tx, code, shopper)
        return SeenOrder(
            order,
            await payments_of(tx, order.id),
            await _due_minor(tx, order),
            await returnable(tx, order),
            await _kept_until(tx, order),
            await given_to(tx, order.id)
            if any(line.given_quantity for line in order.lines)
            else (),
        )


async def _due_minor(tx: TenantRead, order: Order) -> int:
    """Whose money went back owes none."""
    return 0 if order.payment_state == PaymentState.REFUNDED else await due_minor(tx, order)


async def _kept_until(tx: TenantRead, order: Order) -> datetime | None:
    is_awaiting = order.status == OrderStatus.AWAITING_PAYMENT
    return await held_until(tx, order.id) if is_awaiting else None


async def own(tx: TenantRead, code: str, shopper: Shopper) -> Order:
    """Raises OrderMissing, for another shopper's order too."""
    order = await order_by_code(tx, code)
    if order is None or order.customer_id != shopper.customer_id:
        raise OrderMissing
    return order
