"""Every statement on drafts."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from kram.kit.db.tx import TenantRead
from kram.kit.ids import read_code
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.customers.models import CustomerIdentity, IdentityKind
from kram.shop.customers.rules import normal_phone
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
    """Whose number it was proved to be. Whoever merely typed it may be anybody, and would read in
    their own account what the staff orders for the number's owner."""
    found = await tx.scalars(
        select(CustomerIdentity.customer_id).where(
            CustomerIdentity.kind == IdentityKind.PHONE,
            CustomerIdentity.value == normal_phone(phone),
        )
    )
    return found.first()
