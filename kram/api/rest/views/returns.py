"""Returns."""

from datetime import datetime
from uuid import UUID

from kram.api.rest.views.base import View
from kram.kit.money import Money
from kram.shop.orders.models import Order
from kram.shop.returns.models import ReturnRequest
from kram.shop.returns.rules import ReturnedLine, read_lines


class ReturnedLineView(View, frozen=True):
    """`quantity` units were asked for, `received` came."""

    line_id: UUID
    quantity: int
    received: int
    condition: str
    restock: bool
    refund: Money

    @classmethod
    def of(cls, line: ReturnedLine, currency: str) -> "ReturnedLineView":
        return cls(
            line.line_id,
            line.quantity,
            line.received,
            line.condition,
            line.restock,
            Money(line.refund_minor, currency),
        )


class ReturnView(View, frozen=True):
    """`refund` is known once the return is closed; `photos` is how many there are."""

    id: UUID
    code: str
    order_id: UUID
    order_code: str
    state: str
    reason: str
    comment: str
    answer: str
    photos: int
    lines: tuple[ReturnedLineView, ...]
    refund: Money
    refunds_delivery: bool
    exchange_id: UUID | None
    by_staff: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, back: ReturnRequest, order: Order) -> "ReturnView":
        return cls(
            id=back.id,
            code=back.code,
            order_id=order.id,
            order_code=order.code,
            state=back.state,
            reason=back.reason,
            comment=back.comment,
            answer=back.answer,
            photos=len(back.photos),
            lines=tuple(
                ReturnedLineView.of(line, order.currency) for line in read_lines(back.lines)
            ),
            refund=Money(back.refund_minor, order.currency),
            refunds_delivery=back.refunds_delivery,
            exchange_id=back.exchange_id,
            by_staff=back.by_staff,
            created_at=back.created_at,
            updated_at=back.updated_at,
        )


class ReturnPage(View, frozen=True):
    """`next_cursor` is null on the last page."""

    items: list[ReturnView]
    next_cursor: str | None
