"""One order: what was bought, what happened, and what can be done now."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from kram.billing.invoices.queries import invoices_of
from kram.billing.payments.queries import payments_of, refunds_of
from kram.billing.payments.service import due_minor, held_money
from kram.billing.refunds.service import refundable
from kram.dashboard.pages.forms import Form, read_form
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.errors import AppError, filled
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.digital.service import given_to
from kram.shop.orders import queries
from kram.shop.orders.errors import OrderMissing, StepImpossible
from kram.shop.orders.models import Order, OrderStatus, PaymentState
from kram.shop.orders.pricing.parts import PART_WORDS, Part, parts_of_order
from kram.shop.orders.rules import EDITABLE, PACKABLE, possible_actions
from kram.shop.orders.service import accept, cancel, deliver, ship
from kram.shop.orders.service.step import standing
from kram.shop.orders.track import TrackLinks
from kram.shop.returns.queries import returns_of
from kram.shop.returns.wording import RETURN_REASONS
from kram.tenants.permissions import Permission

Step = Callable[[TenantTx, Order], Awaitable[object]]
_PATH = "/{shop_slug:str}/orders/{code:str}"


@get(_PATH, opt=needs(Permission.ORDERS_VIEW))
async def show_order(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    return await order_page(view, desk, code, Form.of(refund_id=str(new_id())))


async def order_page(
    view: View,
    desk: Desk,
    code: str,
    form: Form,
    error: AppError | None = None,
    opened: Mapping[UUID, str] = MappingProxyType({}),
) -> Answer:
    """`form` is the refund's; `opened` are keys and codes to show. Raises: OrderMissing."""
    async with view.services.db.tenant_read(desk.tenant) as tx:
        order = await order_of(tx, code)
        left = await refundable(tx, order.id)
        payments = await payments_of(tx, order.id)
        refunds = await refunds_of(tx, order.id)
        held = await held_money(tx, payments)
        invoices = await invoices_of(tx, order.id)
        returns = await returns_of(tx, order.id)
        due = await due_minor(tx, order)
        has_given = any(line.given_quantity for line in order.lines)
        given = await given_to(tx, order.id) if has_given else []
    return view.page(
        "orders/order.html",
        error=error,
        at=desk.path("orders", code) if error or opened else "",
        given=given,
        opened=opened,
        desk=desk,
        form=form,
        order=order,
        parts=_named(view, order),
        actions={action.value for action in possible_actions(standing(order))},
        refundable=left,
        payments=payments,
        refunds=refunds,
        held=held,
        currencies={payment.id: payment.money_currency for payment in payments},
        invoices=invoices,
        returns=returns,
        due=0 if order.status == OrderStatus.CANCELLED else due,
        **_what_can_be_done(order),
        track_link=_track_link(view, desk, order),
        invoiced=any(invoice.order_version == order.version for invoice in invoices)
        or order.status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLED),
    )


def _track_link(view: View, desk: Desk, order: Order) -> str:
    """What the staff passes on: to pay by, and to see where the order is."""
    token = TrackLinks(view.services.keys).token(desk.shop.id, order.code)
    return f"{view.services.public_url}/m/{desk.shop.slug}/track/{token}"


def _what_can_be_done(order: Order) -> dict[str, object]:
    left = any(line.left_quantity for line in order.lines)
    packable = order.status in PACKABLE
    editable = order.status in EDITABLE and order.payment_state != PaymentState.REFUNDED
    return {
        "left": left,
        "packable": packable,
        "rest_cancellable": left and packable and _is_begun(order),
        "changes": {"edit"} if editable else set(),
        "returnable": any(line.returnable_quantity for line in order.lines),
        "reasons": list(RETURN_REASONS),
    }


def _is_begun(order: Order) -> bool:
    """Some of it is packed or given, so that the rest can be cancelled apart."""
    return order.status != OrderStatus.ACCEPTED or any(line.given_quantity for line in order.lines)


def _named(view: View, order: Order) -> list[Part]:
    """What the sum to pay is made of, in the reader's language."""
    return [
        msgspec.structs.replace(
            part, name=filled(view.translate(PART_WORDS[part.kind]), {"name": part.name})
        )
        for part in parts_of_order(order)
    ]


@post(f"{_PATH}/accept", opt=needs(Permission.ORDERS_ACCEPT))
async def accept_order(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await accept(tx, order.id, desk.actor)

    return await _take(view, desk, code, step, gettext_noop("Order accepted"))


@post(f"{_PATH}/ship", opt=needs(Permission.ORDERS_SHIP))
async def ship_order(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    tracking = (await read_form(view.request)).get("tracking").strip()[:100]

    async def step(tx: TenantTx, order: Order) -> object:
        return await ship(tx, order.id, desk.actor, tracking)

    return await _take(view, desk, code, step, gettext_noop("Order shipped"))


@post(f"{_PATH}/deliver", opt=needs(Permission.ORDERS_SHIP))
async def deliver_order(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    async def step(tx: TenantTx, order: Order) -> object:
        return await deliver(tx, order.id, desk.actor)

    return await _take(view, desk, code, step, gettext_noop("Order delivered"))


@post(f"{_PATH}/cancel", opt=needs(Permission.ORDERS_CANCEL))
async def cancel_order(view: ViewHere, desk: DeskHere, code: FromPath[str]) -> Answer:
    reason = (await read_form(view.request)).get("reason")[:300]

    async def step(tx: TenantTx, order: Order) -> object:
        return await cancel(tx, order.id, desk.actor, reason)

    return await _take(view, desk, code, step, gettext_noop("Order cancelled"))


async def order_of(tx: TenantRead, code: str) -> Order:
    """Raises: OrderMissing."""
    order = await queries.order_by_code(tx, code)
    if order is None:
        raise OrderMissing
    return order


async def _take(view: View, desk: Desk, code: str, step: Step, done: str) -> Answer:
    path = desk.path("orders", code)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            await step(tx, await order_of(tx, code))
    except StepImpossible as error:
        return view.go_refused(path, error)
    return view.go(path, done)
