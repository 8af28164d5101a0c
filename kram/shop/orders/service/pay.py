"""What money does to an order. Whether it came is for `billing` to know."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.shop.inventory import service as inventory
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import queries
from kram.shop.orders.events import OrderPaid, OrderPlaced, OrderRefunded
from kram.shop.orders.models import Order, OrderStatus, PaymentState, StepKind
from kram.shop.orders.rules import Action, after
from kram.shop.orders.service import benefits
from kram.shop.orders.service.earned import take_back_earned
from kram.shop.orders.service.give import announce_given, give, take_back
from kram.shop.orders.service.step import facts, lock, move, standing, write_down
from kram.tenants.actor import Actor


async def mark_paid(
    tx: TenantTx, order_id: UUID, actor: Actor, note: str = "", came_minor: int | None = None
) -> Order:
    """The whole total has come, or `came_minor` is taken for it; a waiting order is placed by that.

    An order that ran out of time before is revived, if its units can be promised anew. Raises
    StepImpossible (a person cancelled it), OutOfStock, or PromotionUsedUp, GiftCardSpent and
    PointsSpent (what made it cheaper has gone meanwhile): then nothing was changed, the transaction
    may go on, and the money must go back. Raises besides: OrderMissing.
    """
    order = await lock(tx, order_id)
    action = await _payment_action(tx, order)
    reached = after(standing(order), action)
    if reached == standing(order):
        return order
    if action is Action.REVIVE:
        await _promise_anew(tx, order, actor)
    else:
        await inventory.keep(tx, order.id)
    move(tx, order, reached)
    write_down(tx, order, StepKind.PAID, actor, note, came_minor)
    given = await give(tx, order, actor)
    if order.number is None:
        await tx.flush()
        await queries.take_number(tx, order)
        tx.publish(OrderPlaced(**facts(order)))
    tx.publish(OrderPaid(**facts(order)))
    await announce_given(tx, order, given, actor)
    return order


async def _payment_action(tx: TenantTx, order: Order) -> Action:
    unpaid = order.payment_state == PaymentState.UNPAID
    if unpaid and order.status == OrderStatus.CANCELLED:
        # What came back and paid for a part of it has been paid out by now.
        is_whole = not order.pricing.get("credit")
        return (
            Action.REVIVE
            if is_whole and await queries.ran_out_of_time(tx, order.id)
            else Action.PAY
        )
    return Action.PAY


async def _promise_anew(tx: TenantTx, order: Order, actor: Actor) -> None:
    async with tx.attempt():
        await benefits.take_again(tx, order, actor)
        await _reserve_anew(tx, order)


async def _reserve_anew(tx: TenantTx, order: Order) -> None:
    lines = await queries.lines_of(tx, order.id)
    wanted = sum_by_variant(
        part for line in lines for part in line.shelf_units(line.quantity).items()
    )
    if wanted:
        await inventory.reserve(tx, order.id, wanted, expires_at=None)


async def note_refund(
    tx: TenantTx,
    order_id: UUID,
    amount_minor: int | None,
    actor: Actor,
    reason: str,
    *,
    is_goodwill: bool = False,
) -> None:
    """Money went back, all of it or a part (None: in another currency than the order's): a step
    each time it is called.

    `is_goodwill`: the goods stay with the shopper, so the points that they earned go with the
    money. Raises: OrderMissing.
    """
    order = await lock(tx, order_id)
    detail = {queries.GOODWILL: True} if is_goodwill else None
    write_down(tx, order, StepKind.REFUNDED, actor, reason, amount_minor, detail)
    if is_goodwill:
        await tx.flush()
        await take_back_earned(tx, order)


async def mark_refunded(tx: TenantTx, order_id: UUID) -> Order:
    """Nothing of the money is left here; each refund is a step by itself. What was given ends.

    Raises: OrderMissing, StepImpossible (it was never paid).
    """
    order = await lock(tx, order_id)
    reached = after(standing(order), Action.REFUND)
    if reached != standing(order):
        move(tx, order, reached)
        await take_back(tx, order, Actor.system("refunded"))
        tx.publish(OrderRefunded(**facts(order)))
    return order
