"""The staff's orders and money: a link to pay by, cash on delivery, cash in the hand."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from kram.billing.checkout.errors import NoOnlinePayment, NothingToPay
from kram.billing.checkout.service import check_cash
from kram.billing.payments import queries
from kram.billing.payments.models import Payment
from kram.billing.payments.rules import OPEN
from kram.billing.payments.service import advance, due_minor, open_payment
from kram.billing.providers.cod import CASH_ON_DELIVERY, CashOnDelivery
from kram.billing.providers.contract import ProviderState, ProviderStatus
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.orders.desk.service import place_draft
from kram.shop.orders.models import Order, OrderStatus
from kram.shop.orders.service.step import lock
from kram.tenants.actor import Actor

TIME_TO_PAY = timedelta(hours=24)
"""A link is sent to a person who may be asleep; the goods are held for so long."""


class DeskPayment(StrEnum):
    LINK = "link"
    ON_DELIVERY = "on_delivery"
    CASH = "cash"


async def place(
    tx: TenantTx,
    draft_id: UUID,
    currency: str,
    methods: Sequence[str],
    payment: DeskPayment,
    actor: Actor,
) -> Order:
    """`methods` are the shop's; with nothing to pay it is paid at once.

    Raises: NoOnlinePayment, PayOnlineFirst, and what `place_draft` does.
    """
    if payment is DeskPayment.LINK:
        return await _by_link(tx, draft_id, currency, _online(methods), actor)
    order = await place_draft(tx, draft_id, currency, CASH_ON_DELIVERY, None, actor)
    await tx.flush()
    if payment is DeskPayment.ON_DELIVERY:
        check_cash(order)
    await open_payment(tx, order, CashOnDelivery(), None)
    if payment is DeskPayment.CASH and order.to_pay_minor:
        await tx.flush()
        await take_cash(tx, order.id, actor)
    return order


async def _by_link(tx: TenantTx, draft_id: UUID, currency: str, method: str, actor: Actor) -> Order:
    order = await place_draft(tx, draft_id, currency, method, tx.now + TIME_TO_PAY, actor)
    if order.to_pay_minor == 0:
        await tx.flush()
        await open_payment(tx, order, CashOnDelivery(), None)
    return order


async def take_cash(tx: TenantTx, order_id: UUID, actor: Actor) -> Payment:
    """The staff has the money that is still to be paid, in the hand.

    Raises: OrderMissing, NothingToPay.
    """
    order = await lock(tx, order_id)
    due = await due_minor(tx, order)
    if order.status == OrderStatus.CANCELLED or due == 0:
        raise NothingToPay
    payment = await _cash_payment(tx, order, due)
    await tx.flush()
    paid = ProviderState(status=ProviderStatus.SUCCEEDED, amount=Money(due, order.currency))
    return await advance(tx, payment.id, paid)


async def _cash_payment(tx: TenantTx, order: Order, due: int) -> Payment:
    for payment in await queries.payments_of(tx, order.id):
        if payment.provider == CASH_ON_DELIVERY and payment.status in OPEN:
            payment.amount_minor = due
            return payment
    return await open_payment(tx, order, CashOnDelivery(), None, due)


def _online(methods: Sequence[str]) -> str:
    for method in methods:
        if method != CASH_ON_DELIVERY:
            return method
    raise NoOnlinePayment
