"""Orders and refunds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.billing.payments.models import RefundStatus
from kram.kit.money import Money
from kram.shop.orders.models import Order, OrderLine, OrderStep


class LineView(View, frozen=True):
    variant_id: UUID
    sku: str
    title: str
    variant_title: str
    unit_price: Money
    quantity: int
    total: Money

    @classmethod
    def of(cls, line: OrderLine, currency: str) -> "LineView":
        return cls(
            line.variant_id,
            line.sku,
            line.title,
            line.variant_title,
            Money(line.unit_price_minor, currency),
            line.quantity,
            Money(line.total_minor, currency),
        )


class StepView(View, frozen=True):
    """`amount` is what went back by a refund; null for steps that moved no sum of their own."""

    kind: str
    actor_kind: str
    actor_name: str
    note: str
    amount: Money | None
    at: datetime

    @classmethod
    def of(cls, step: OrderStep, currency: str) -> "StepView":
        amount = None if step.amount_minor is None else Money(step.amount_minor, currency)
        return cls(step.kind, step.actor_kind, step.actor_name, step.note, amount, step.at)


class OrderView(View, frozen=True):
    """`number` is None until the order reached the staff; `steps` only in a single order."""

    id: UUID
    code: str
    number: int | None
    status: str
    payment_state: str
    payment_method: str
    customer_id: UUID
    recipient: str
    phone: str
    address: str
    comment: str
    tracking: str
    subtotal: Money
    delivery: Money
    total: Money
    lines: tuple[LineView, ...]
    created_at: datetime
    updated_at: datetime
    steps: tuple[StepView, ...] = ()

    @classmethod
    def of(cls, order: Order, steps: Iterable[OrderStep] = ()) -> "OrderView":
        currency = order.currency
        return cls(
            id=order.id,
            code=order.code,
            number=order.number,
            status=order.status,
            payment_state=order.payment_state,
            payment_method=order.payment_method,
            customer_id=order.customer_id,
            recipient=order.recipient,
            phone=order.phone,
            address=order.address,
            comment=order.comment,
            tracking=order.tracking,
            subtotal=Money(order.subtotal_minor, currency),
            delivery=Money(order.delivery_minor, currency),
            total=Money(order.total_minor, currency),
            lines=tuple(LineView.of(line, currency) for line in order.lines),
            created_at=order.created_at,
            updated_at=order.updated_at,
            steps=tuple(StepView.of(step, currency) for step in steps),
        )


class OrderPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[OrderView]
    next_cursor: str | None


class RefundView(View, frozen=True):
    id: UUID
    amount: Money
    status: RefundStatus
