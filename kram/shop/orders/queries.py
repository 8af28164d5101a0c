"""Every statement on orders."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import read_code
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.orders.models import Order, OrderLine, OrderStatus, OrderStep, StepKind

_WHOLE = (selectinload(Order.lines), selectinload(Order.steps))

_TAKE_NUMBER = text(
    """
    WITH taken AS (
        UPDATE order_counter SET next_number = next_number + 1
        RETURNING next_number - 1 AS number
    )
    UPDATE orders SET number = taken.number FROM taken
    WHERE orders.id = :order AND orders.number IS NULL
    RETURNING orders.number
    """
)


async def take_number(tx: TenantTx, order: Order) -> int:
    """The next number, for good with the commit. Call it last: it locks the shop's one counter."""
    number: int = await tx.scalar(_TAKE_NUMBER, {"order": order.id})
    set_committed_value(order, "number", number)
    return number


async def order_with_lines(tx: TenantRead, order_id: UUID) -> Order | None:
    """With its lines and timeline."""
    return (await tx.scalars(select(Order).where(Order.id == order_id).options(*_WHOLE))).first()


async def order_by_code(tx: TenantRead, code: str) -> Order | None:
    """By its public code, as a person may have typed it; with its lines and timeline."""
    found = await tx.scalars(select(Order).where(Order.code == read_code(code)).options(*_WHOLE))
    return found.first()


async def orders_page(
    tx: TenantRead,
    *,
    statuses: Collection[OrderStatus] = (),
    customer_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[Order]:
    """The newest first, with their lines; of any status if none is named. Raises: BadCursor."""
    query = select(Order).options(selectinload(Order.lines))
    if statuses:
        query = query.where(Order.status.in_(statuses))
    if customer_id is not None:
        query = query.where(Order.customer_id == customer_id)
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(Order.created_at, Order.id) < last)
    query = query.order_by(Order.created_at.desc(), Order.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda order: (order.created_at, order.id))


async def count_by_status(tx: TenantRead) -> dict[OrderStatus, int]:
    found = await tx.execute(select(Order.status, func.count()).group_by(Order.status))
    counts = dict.fromkeys(OrderStatus, 0)
    counts.update({OrderStatus(row[0]): row[1] for row in found})
    return counts


async def ran_out_of_time(tx: TenantRead, order_id: UUID) -> bool:
    """Whether it was the clock that cancelled the order."""
    query = select(OrderStep.id).where(
        OrderStep.order_id == order_id, OrderStep.kind == StepKind.EXPIRED
    )
    return await tx.scalar(query.limit(1)) is not None


async def lines_of(tx: TenantRead, order_id: UUID) -> Sequence[OrderLine]:
    found = await tx.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    )
    return found.all()
