"""Every statement on invoices."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from kram.billing.invoices.models import Invoice
from kram.kit.db.tx import TenantRead, TenantTx

_ISSUE = text(
    """
    WITH taken AS (
        INSERT INTO invoice_counter AS counter (series, next_number) VALUES (:series, 2)
        ON CONFLICT (series) DO UPDATE SET next_number = counter.next_number + 1
        RETURNING next_number - 1 AS number
    ), noted AS (
        INSERT INTO order_step (id, order_id, kind, actor_kind, actor_id, actor_name, note, at)
        SELECT :step, :order, 'invoiced', :actor_kind, :actor_id, :actor_name,
               CASE WHEN :series = '' THEN lpad(number::text, 6, '0')
                    ELSE :series || '-' || lpad(number::text, 6, '0') END, :at
        FROM taken
    )
    INSERT INTO invoice (id, order_id, order_version, series, number, content, issued_at)
    SELECT :id, :order, :version, :series, number, :content, :at FROM taken
    RETURNING number
    """
).bindparams(bindparam("content", type_=JSONB))


async def issue(tx: TenantTx, values: Mapping[str, Any]) -> int:
    """The next number of the series, for good with the commit. Last: it locks the counter."""
    number: int = await tx.scalar(_ISSUE, values)
    return number


async def invoice_of(tx: TenantRead, order_id: UUID, version: int) -> Invoice | None:
    found = await tx.scalars(
        select(Invoice).where(Invoice.order_id == order_id, Invoice.order_version == version)
    )
    return found.first()


async def invoices_of(tx: TenantRead, order_id: UUID) -> Sequence[Invoice]:
    """The newest first."""
    found = await tx.scalars(
        select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id.desc())
    )
    return found.all()
