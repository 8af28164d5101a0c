"""Every statement on drafts."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from kram.kit.db.tx import TenantRead
from kram.kit.ids import read_code
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.customers.models import Customer
from kram.shop.orders.desk.models import DraftOrder, DraftState


async def draft_by_code(tx: TenantRead, code: str) -> DraftOrder | None:
    found = await tx.scalars(select(DraftOrder).where(DraftOrder.code == read_code(code)))
    return found.first()


async def drafts_page(
    tx: TenantRead,
    *,
    states: Collection[DraftState] = (DraftState.OPEN,),
    cursor: str | None = None,
    limit: int = USUAL_PAGE,
) -> Page[DraftOrder]:
    """The newest first. Raises: BadCursor."""
    query = select(DraftOrder).where(DraftOrder.state.in_(states))
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(DraftOrder.created_at, DraftOrder.id) < last)
    query = query.order_by(DraftOrder.created_at.desc(), DraftOrder.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda draft: (draft.created_at, draft.id))


async def customer_by_phone(tx: TenantRead, phone: str) -> UUID | None:
    """The one seen last of those who gave that number; the staff sees who it is."""
    found = await tx.scalars(
        select(Customer.id)
        .where(Customer.phone == phone, Customer.merged_into.is_(None))
        .order_by(Customer.seen_at.desc())
        .limit(1)
    )
    return found.first()
