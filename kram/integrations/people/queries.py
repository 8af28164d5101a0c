"""Statements that see a person across the slices."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from kram.billing.payments.models import Payment
from kram.integrations.people.models import ExportState, PersonExport
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.models import Customer
from kram.shop.orders.models import Order, OrderStatus


async def recount(tx: TenantTx, customer_id: UUID) -> None:
    """Sets the counters to what orders and payments say. The customer's row must be locked before:
    the statement then sees all that was committed until now, and nobody overwrites it."""
    kept = (
        select(func.sum(Payment.captured_minor - Payment.refunded_minor))
        .where(Payment.order_id == Order.id)
        .scalar_subquery()
    )
    counted = (
        select(
            func.count().label("orders"),
            func.coalesce(func.sum(func.coalesce(kept, 0)), 0).label("spent"),
            func.min(Order.created_at).label("first_at"),
            func.max(Order.created_at).label("last_at"),
        )
        .where(
            Order.customer_id == customer_id,
            Order.number.is_not(None),
            Order.status != OrderStatus.CANCELLED,
        )
        .subquery()
    )
    await tx.execute(
        update(Customer)
        .where(Customer.id == customer_id)
        .values(
            orders_count=counted.c.orders,
            spent_minor=counted.c.spent,
            first_order_at=counted.c.first_at,
            last_order_at=counted.c.last_at,
        )
        .execution_options(synchronize_session=False)
    )


async def customer_of_order(tx: TenantRead, order_id: UUID) -> UUID | None:
    found: UUID | None = await tx.scalar(select(Order.customer_id).where(Order.id == order_id))
    return found


async def insert_export(tx: TenantTx, export_id: UUID, customer_id: UUID, language: str) -> bool:
    """False while another one of the same person waits."""
    arrived = insert(PersonExport).values(
        id=export_id,
        customer_id=customer_id,
        language=language,
        state=ExportState.WAITING,
        created_at=tx.now,
    )
    made = arrived.on_conflict_do_nothing().returning(PersonExport.id)
    return await tx.scalar(made) is not None


async def waiting_export(tx: TenantRead, customer_id: UUID) -> PersonExport | None:
    query = select(PersonExport).where(
        PersonExport.customer_id == customer_id, PersonExport.state == ExportState.WAITING
    )
    found: PersonExport | None = (await tx.scalars(query)).first()
    return found


async def exports_of(
    tx: TenantRead, ids: Sequence[UUID], limit: int = 10
) -> Sequence[PersonExport]:
    """The newest first."""
    query = select(PersonExport).where(PersonExport.customer_id.in_(ids))
    return (await tx.scalars(query.order_by(PersonExport.id.desc()).limit(limit))).all()


async def move_exports(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    """A file that waits is made of what was theirs alone: it is asked for anew if it is wanted."""
    theirs = PersonExport.customer_id == from_id
    await tx.execute(delete(PersonExport).where(theirs, PersonExport.state == ExportState.WAITING))
    await tx.execute(update(PersonExport).where(theirs).values(customer_id=to_id))


async def drop_exports(tx: TenantTx, ids: Sequence[UUID]) -> None:
    await tx.execute(delete(PersonExport).where(PersonExport.customer_id.in_(ids)))


async def finish_export(
    tx: TenantTx, export_id: UUID, file_key: str | None, expires_at: datetime
) -> bool:
    """False when the person was erased or joined meanwhile."""
    statement = (
        update(PersonExport)
        .where(PersonExport.id == export_id)
        .values(
            state=ExportState.DONE,
            file_key=file_key,
            expires_at=expires_at,
            finished_at=tx.now,
        )
        .returning(PersonExport.id)
    )
    return await tx.scalar(statement) is not None
