"""What an order costs and what was paid for it, brought together after the order was changed."""

from uuid import UUID, uuid5

from kram.billing.payments import queries
from kram.billing.payments.models import Payment, PaymentStatus, Refund, RefundReason
from kram.billing.payments.service.ledger import give_to_card, left_minor, promise
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.tenants.actor import Actor


async def paid_minor(tx: TenantRead, order_id: UUID) -> int:
    """What came and neither went back nor is on its way back. Exact under the order's lock."""
    return sum([await left_minor(tx, payment) for payment in await _taken_in(tx, order_id)])


async def _taken_in(tx: TenantRead, order_id: UUID) -> list[Payment]:
    """Not those of another sum than was asked for: a person decides about them."""
    payments = await queries.payments_of(tx, order_id)
    return [payment for payment in payments if payment.status == PaymentStatus.SUCCEEDED]


async def due_minor(tx: TenantRead, order: Order) -> int:
    """What is still to be paid."""
    return max(order.to_pay_minor - await paid_minor(tx, order.id), 0)


async def even(tx: TenantTx, order: Order, actor: Actor) -> None:
    """Of an order that waits for a difference: paid if it has come, and what is too much goes back.

    The caller holds the order's lock.
    """
    over = await paid_minor(tx, order.id) - order.to_pay_minor
    if over < 0:
        return
    await orders.mark_paid(tx, order.id, actor)
    if over > 0:
        refund_id = uuid5(order.id, f"over {order.version}")
        await give_back(tx, order.id, over, actor, RefundReason.PAID_TWICE, refund_id)


async def give_back(
    tx: TenantTx, order_id: UUID, amount_minor: int, actor: Actor, reason: str, refund_id: UUID
) -> int:
    """Promises the amount out of the order's payments, the newest first, then out of what its gift
    card paid; returns what is lacking.

    With the same `refund_id` it happens once. The caller holds the order's lock.
    """
    missing = amount_minor
    for payment in reversed(await _taken_in(tx, order_id)):
        part_id = uuid5(refund_id, str(payment.id))
        known = await tx.get(Refund, part_id)
        part = known.amount_minor if known else min(missing, await left_minor(tx, payment))
        if part > 0 and known is None:
            await promise(tx, payment, part, actor, reason, part_id)
        missing -= max(part, 0)
    if missing > 0:
        missing -= await _to_card(tx, order_id, missing, actor, reason, refund_id)
    return missing


async def _to_card(
    tx: TenantTx, order_id: UUID, amount_minor: int, actor: Actor, reason: str, refund_id: UUID
) -> int:
    order = await tx.get(Order, order_id)
    if order is None:
        return 0
    refund = await give_to_card(tx, order, amount_minor, actor, reason, uuid5(refund_id, "card"))
    return 0 if refund is None else refund.amount_minor
