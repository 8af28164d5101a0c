"""Orders and refunds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.api.rest.views.parcels import ParcelView
from kram.billing.payments.models import RefundStatus
from kram.kit.money import Money
from kram.shop.orders.models import Fulfilment, Order, OrderLine, OrderStep


class WordView(View, frozen=True):
    """What was said at one step of what was put together."""

    step: str
    said: str
    price: Money


class LineView(View, frozen=True):
    """`packed` of its units are in parcels, `shipped` of these have left, `returned` of these are
    on their way back or came; `cancelled` ones will not be sent. `design` is the code of what the
    buyer put together, `chosen` what that was; its price is inside `unit_price`."""

    id: UUID
    variant_id: UUID
    sku: str
    title: str
    variant_title: str
    unit_price: Money
    quantity: int
    total: Money
    discount: Money
    tax: Money
    packed: int
    shipped: int
    cancelled: int
    returned: int
    design: str
    chosen: tuple[WordView, ...]

    @classmethod
    def of(cls, line: OrderLine, currency: str) -> "LineView":
        return cls(
            line.id,
            line.variant_id,
            line.sku,
            line.title,
            line.variant_title,
            Money(line.unit_price_minor, currency),
            line.quantity,
            Money(line.total_minor, currency),
            Money(line.discount_minor, currency),
            Money(line.tax_minor, currency),
            line.fulfilled_quantity,
            line.shipped_quantity,
            line.cancelled_quantity,
            line.returned_quantity,
            line.key.design,
            tuple(
                WordView(word.step, word.said, Money(word.price_minor, currency))
                for word in (line.chosen.words if line.chosen else ())
            ),
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
    """`number` is None until the order reached the staff; `steps` and `parcels` only in a single
    order. `version` counts the staff's edits; `cancelled` is what units that will not be sent take
    off the total."""

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
    tags: tuple[str, ...]
    version: int
    subtotal: Money
    discount: Money
    delivery: Money
    tax: Money
    total: Money
    gift_card: Money
    cancelled: Money
    lines: tuple[LineView, ...]
    created_at: datetime
    updated_at: datetime
    steps: tuple[StepView, ...] = ()
    parcels: tuple[ParcelView, ...] = ()

    @classmethod
    def of(
        cls,
        order: Order,
        steps: Iterable[OrderStep] = (),
        parcels: Iterable[Fulfilment] = (),
    ) -> "OrderView":
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
            tags=tuple(order.tags),
            version=order.version,
            subtotal=Money(order.subtotal_minor, currency),
            discount=Money(order.discount_minor, currency),
            delivery=Money(order.delivery_minor, currency),
            tax=Money(order.tax_minor, currency),
            total=Money(order.total_minor, currency),
            gift_card=Money(order.gift_card_minor, currency),
            cancelled=Money(order.cancelled_minor, currency),
            lines=tuple(LineView.of(line, currency) for line in order.lines),
            created_at=order.created_at,
            updated_at=order.updated_at,
            steps=tuple(StepView.of(step, currency) for step in steps),
            parcels=tuple(ParcelView.of(parcel) for parcel in parcels),
        )


class OrderPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[OrderView]
    next_cursor: str | None


class RefundView(View, frozen=True):
    id: UUID
    amount: Money
    status: RefundStatus
