"""Every statement on returns."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from kram.kit.db.tx import TenantRead
from kram.kit.ids import read_code
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.orders.models import Order
from kram.shop.returns.models import ReturnRequest, ReturnState


async def return_by_code(tx: TenantRead, code: str) -> ReturnRequest | None:
    found = await tx.scalars(select(ReturnRequest).where(ReturnRequest.code == read_code(code)))
    return found.first()


async def returns_of(tx: TenantRead, order_id: UUID) -> Sequence[ReturnRequest]:
    """The oldest first."""
    found = await tx.scalars(
        select(ReturnRequest)
        .where(ReturnRequest.order_id == order_id)
        .order_by(ReturnRequest.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def has_photo(tx: TenantRead, key: str) -> bool:
    """Whether some return has the picture."""
    found = select(ReturnRequest.id).where(ReturnRequest.photos.contains([key])).limit(1)
    return await tx.scalar(found) is not None


async def returns_page(
    tx: TenantRead,
    *,
    states: Collection[ReturnState] = (),
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[tuple[ReturnRequest, Order]]:
    """The newest first, each with its order; of any state if none is named. Raises: BadCursor."""
    query = select(ReturnRequest, Order).join(Order, Order.id == ReturnRequest.order_id)
    if states:
        query = query.where(ReturnRequest.state.in_(states))
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(ReturnRequest.created_at, ReturnRequest.id) < last)
    query = query.order_by(ReturnRequest.created_at.desc(), ReturnRequest.id.desc())
    rows = [(row[0], row[1]) for row in await tx.execute(query.limit(limit + 1))]
    return page_of(rows, limit, lambda row: (row[0].created_at, row[0].id))


async def count_by_state(tx: TenantRead) -> dict[ReturnState, int]:
    found = await tx.execute(
        select(ReturnRequest.state, func.count()).group_by(ReturnRequest.state)
    )
    counts = dict.fromkeys(ReturnState, 0)
    counts.update({ReturnState(row[0]): row[1] for row in found})
    return counts
