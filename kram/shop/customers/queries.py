"""Every statement on customers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.pagination import USUAL_PAGE, Page, page_of, read_cursor
from kram.shop.customers.models import Customer


async def upsert(tx: TenantTx, values: Mapping[str, Any]) -> Customer:
    """Inserts the person, or renews what changes on its own; never what they chose themselves:
    their name, phone and language."""
    arrived = insert(Customer).values(**values)
    new = arrived.excluded
    statement = arrived.on_conflict_do_update(
        index_elements=["telegram_id"],
        set_={
            "username": new.username,
            "can_message": case((new.can_message, True), else_=Customer.can_message),
            "seen_at": new.seen_at,
        },
    ).returning(Customer)
    found = await tx.scalars(statement.execution_options(populate_existing=True))
    customer: Customer = found.one()
    return customer


async def insert_if_new(tx: TenantTx, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(Customer).values(**values).on_conflict_do_nothing())


async def customer_by_telegram(tx: TenantRead, telegram_id: int) -> Customer | None:
    found = await tx.scalars(select(Customer).where(Customer.telegram_id == telegram_id))
    return found.first()


async def customers_by_ids(tx: TenantRead, ids: Collection[UUID]) -> dict[UUID, Customer]:
    found = await tx.scalars(select(Customer).where(Customer.id.in_(ids)))
    return {customer.id: customer for customer in found}


async def customers_page(
    tx: TenantRead, *, cursor: str | None = None, limit: int = USUAL_PAGE
) -> Page[Customer]:
    """The newest first. Raises: BadCursor."""
    query = select(Customer)
    if cursor is not None:
        last = read_cursor(cursor, tuple[datetime, UUID])
        query = query.where(tuple_(Customer.created_at, Customer.id) < last)
    query = query.order_by(Customer.created_at.desc(), Customer.id.desc()).limit(limit + 1)
    rows: Sequence[Customer] = (await tx.scalars(query)).all()
    return page_of(rows, limit, lambda customer: (customer.created_at, customer.id))


async def set_reachable(tx: TenantTx, telegram_id: int, reachable: bool) -> None:
    await tx.execute(
        update(Customer).where(Customer.telegram_id == telegram_id).values(can_message=reachable)
    )
