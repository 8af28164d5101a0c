"""Statements that see a person across the slices."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.integrations.people.models import ExportState, PersonExport
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.orders.models import Order

_RECOUNT = text(
    """
    UPDATE customer SET
        orders_count = counted.orders,
        spent_minor = counted.spent,
        first_order_at = counted.first_at,
        last_order_at = counted.last_at
    FROM (
        SELECT count(*) AS orders,
            coalesce(sum((
                SELECT sum(captured_minor - refunded_minor) FROM payment
                WHERE payment.order_id = orders.id AND captured_currency IS NULL
            )), 0) AS spent,
            min(created_at) AS first_at,
            max(created_at) AS last_at
        FROM orders
        WHERE customer_id = :customer AND number IS NOT NULL AND status <> 'cancelled'
    ) AS counted
    WHERE customer.id = :customer
    """
)


async def recount(tx: TenantTx, customer_id: UUID) -> None:
    """Sets the counters to what orders and payments say. The customer's row must be locked before:
    the statement then sees all that was committed until now, and nobody overwrites it."""
    await tx.flush()
    await tx.execute(_RECOUNT, {"customer": customer_id})


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
