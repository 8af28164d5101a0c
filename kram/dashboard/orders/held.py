"""Another sum came than was asked for: it counts as paid, or it goes back."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import post
from litestar.params import FromPath

from kram.billing.payments.errors import DecisionRefused, PaymentMissing
from kram.billing.payments.models import Payment
from kram.billing.payments.service import count_as_paid, give_back_held
from kram.dashboard.orders.detail import order_of
from kram.dashboard.pages.view import Answer, View, ViewHere
from kram.dashboard.people import Desk, DeskHere, needs
from kram.kit.db.tx import TenantTx
from kram.kit.messages import gettext_noop
from kram.tenants.actor import Actor
from kram.tenants.permissions import Permission

Decide = Callable[[TenantTx, UUID, Actor], Awaitable[object]]
_PATH = "/{shop_slug:str}/orders/{code:str}/payments/{payment_id:uuid}"
_DECIDE = needs(Permission.ORDERS_REFUND)


@post(f"{_PATH}/count", opt=_DECIDE)
async def count_held(
    view: ViewHere, desk: DeskHere, code: FromPath[str], payment_id: FromPath[UUID]
) -> Answer:
    done = gettext_noop("The order counts as paid")
    return await _decided(view, desk, code, payment_id, count_as_paid, done)


@post(f"{_PATH}/return", opt=_DECIDE)
async def return_held(
    view: ViewHere, desk: DeskHere, code: FromPath[str], payment_id: FromPath[UUID]
) -> Answer:
    done = gettext_noop("The money is on its way back")
    return await _decided(view, desk, code, payment_id, give_back_held, done)


async def _decided(
    view: View, desk: Desk, code: str, payment_id: UUID, decide: Decide, done: str
) -> Answer:
    """Raises: OrderMissing, PaymentMissing, for a payment of another order too."""
    path = desk.path("orders", code)
    try:
        async with view.services.db.tenant(desk.tenant) as tx:
            order = await order_of(tx, code)
            payment = await tx.get(Payment, payment_id)
            if payment is None or payment.order_id != order.id:
                raise PaymentMissing
            await decide(tx, payment_id, desk.actor)
    except DecisionRefused as error:
        return view.go_refused(path, error)
    return view.go(path, done)
