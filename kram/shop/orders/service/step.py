"""What every step of an order does: lock, judge, move, and write it down."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.orders.errors import OrderMissing
from kram.shop.orders.models import Order, OrderStatus, OrderStep, PaymentState, StepKind
from kram.shop.orders.rules import Standing
from kram.tenants.actor import Actor


async def lock(tx: TenantTx, order_id: UUID) -> Order:
    """The order, ours until the commit. Raises: OrderMissing."""
    order = await tx.get(Order, order_id, lock=True)
    if order is None:
        raise OrderMissing
    return order


def standing(order: Order) -> Standing:
    return Standing(OrderStatus(order.status), PaymentState(order.payment_state))


def move(tx: TenantTx, order: Order, to: Standing) -> None:
    order.status = to.status
    order.payment_state = to.payment
    order.updated_at = tx.now


def write_down(
    tx: TenantTx,
    order: Order,
    kind: StepKind,
    actor: Actor,
    note: str = "",
    amount_minor: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    tx.add(new_step(tx, order, kind, actor, note, amount_minor, detail))


def new_step(
    tx: TenantTx,
    order: Order,
    kind: StepKind,
    actor: Actor,
    note: str = "",
    amount_minor: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> OrderStep:
    return OrderStep(
        id=new_id(),
        order_id=order.id,
        kind=kind,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        note=note,
        amount_minor=amount_minor,
        detail=None if detail is None else dict(detail),
        at=tx.now,
    )


def facts(order: Order) -> dict[str, Any]:
    """The fields that every `OrderEvent` carries."""
    return {
        "order_id": order.id,
        "code": order.code,
        "number": order.number,
        "customer_id": order.customer_id,
        "status": order.status,
        "payment_state": order.payment_state,
        "payment_method": order.payment_method,
        "total_minor": order.total_minor,
        "currency": order.currency,
    }
