"""Every statement on orders."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text, tuple_
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import CODE_ALPHABET, read_code
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.orders.models import (
    Fulfilment,
    Order,
    OrderLine,
    OrderStatus,
    OrderStep,
    StepKind,
)
from kram.shop.orders.search import EVERYTHING, Search

_WHOLE = (selectinload(Order.lines), selectinload(Order.steps), selectinload(Order.parcels))
_FRESH = {"populate_existing": True}
"""Rows as the order's lock shows them, also where they were read before it was ours."""

GOODWILL = "goodwill"
"""In a refund's step: the goods stayed with the shopper."""

_FEWEST_DIGITS, _LONGEST = 4, 100
_LARGEST_NUMBER = 2**63 - 1
_CODE = re.compile(f"[{CODE_ALPHABET}]{{10}}")

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
    only: Search = EVERYTHING,
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[Order]:
    """The newest first, with their lines; of any status if none is named. Raises: BadCursor."""
    query = select(Order).options(selectinload(Order.lines)).where(*_conditions(only))
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


def _conditions(only: Search) -> Iterator[ColumnElement[bool]]:
    if only.payment is not None:
        yield Order.payment_state == only.payment
    if only.tag.strip():
        yield Order.tags.contains([only.tag.strip().lower().replace("\0", "")])
    if only.since is not None:
        yield Order.created_at >= only.since
    if only.until is not None:
        yield Order.created_at < only.until
    if only.text.strip():
        yield or_(*_readings(only.text.strip().replace("\0", "")[:_LONGEST]))


def _readings(typed: str) -> Iterator[ColumnElement[bool]]:
    """What the text may mean; a short number is no phone, since it would end too many."""
    name = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    yield Order.recipient.ilike(f"%{name}%", escape="\\")
    if _CODE.fullmatch(read_code(typed)):
        yield Order.code == read_code(typed)
    digits = "".join(re.findall(r"[0-9]", typed))
    if not digits or re.search(r"[^0-9№#+()\-\s]", typed):
        return
    if int(digits) <= _LARGEST_NUMBER:
        yield Order.number == int(digits)
    if len(digits) >= _FEWEST_DIGITS:
        yield func.regexp_replace(Order.phone, "[^0-9]", "", "g").like(f"%{digits}")


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
        select(OrderLine)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
        .execution_options(**_FRESH)
    )
    return found.all()


async def parcels_of(tx: TenantRead, order_id: UUID) -> Sequence[Fulfilment]:
    """Cancelled ones too, the first one first."""
    found = await tx.scalars(
        select(Fulfilment)
        .where(Fulfilment.order_id == order_id)
        .order_by(Fulfilment.number)
        .execution_options(**_FRESH)
    )
    return found.all()


async def goodwill_minor(tx: TenantRead, order_id: UUID) -> int:
    """What went back for other reasons than that goods did, or that too much had come."""
    found = await tx.scalar(
        select(func.coalesce(func.sum(OrderStep.amount_minor), 0)).where(
            OrderStep.order_id == order_id,
            OrderStep.kind == StepKind.REFUNDED,
            OrderStep.detail[GOODWILL].as_boolean(),
        )
    )
    return int(found)
