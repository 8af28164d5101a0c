"""Statements on who is who."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.hot import HotStatement
from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.models import Customer, CustomerIdentity, IdentityKind

_LEADS_TO = HotStatement(
    select(Customer.merged_into, Customer.erased_at)
    .where(Customer.id == bindparam("customer", type_=Uuid()))
    .with_for_update(read=True, key_share=True)
)
_MERGES_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtext(current_schema()), 1)")


async def leads_to(tx: TenantTx, customer_id: UUID) -> tuple[UUID | None, datetime | None] | None:
    """(merged into, erased at), kept from changing until the commit; None without such a row.

    FOR KEY SHARE is what a foreign key takes: shoppers do not wait for each other, a merge
    (FOR UPDATE) and they do.
    """
    found = await tx.rows(_LEADS_TO, {"customer": customer_id})
    return found[0] if found else None


async def lock_profile(tx: TenantTx, customer_id: UUID) -> Customer | None:
    """Ours to change until the commit. FOR NO KEY UPDATE: whoever holds the share of `leads_to` and
    then wants this waits for another one's end, and never for each other's."""
    query = select(Customer).where(Customer.id == customer_id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found: Customer | None = (await tx.scalars(locked)).first()
    return found


async def look_where(
    tx: TenantRead, customer_id: UUID
) -> tuple[UUID | None, datetime | None] | None:
    """The same without a lock."""
    query = select(Customer.merged_into, Customer.erased_at).where(Customer.id == customer_id)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def known_as(tx: TenantRead, customer_id: UUID) -> list[UUID]:
    """The profile and all that were merged into it."""
    query = select(Customer.id).where(
        or_(Customer.id == customer_id, Customer.merged_into == customer_id)
    )
    return sorted(await tx.scalars(query), key=lambda found: found != customer_id)


async def profiles(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[Customer]:
    return (await tx.scalars(select(Customer).where(Customer.id.in_(ids)))).all()


async def take_turn(tx: TenantTx) -> None:
    """One merge or erasure of a shop at a time: they touch many rows in many tables."""
    await tx.execute(_MERGES_TAKE_TURNS)


async def lock_all(tx: TenantTx, ids: Sequence[UUID]) -> Sequence[Customer]:
    """Ours until the commit, in the order of ids; nobody writes about them meanwhile."""
    query = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await tx.scalars(locked)).all()


async def lead_on(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    """Whatever led to the one leads to the other: never through two steps."""
    await tx.execute(
        update(Customer).where(Customer.merged_into == from_id).values(merged_into=to_id)
    )


async def claim_identity(
    tx: TenantTx, kind: IdentityKind, value: str, customer_id: UUID, source: str
) -> tuple[UUID, bool]:
    """(whose it is, whether it was unknown). It stays with who had it: see `give_identity`."""
    arrived = insert(CustomerIdentity).values(
        kind=kind, value=value, customer_id=customer_id, source=source, verified_at=tx.now
    )
    known = arrived.on_conflict_do_nothing().returning(CustomerIdentity.customer_id)
    if await tx.scalar(known) is not None:
        return customer_id, True
    query = select(CustomerIdentity.customer_id).where(
        CustomerIdentity.kind == kind, CustomerIdentity.value == value
    )
    return await tx.scalar(query.with_for_update()), False


async def give_identity(
    tx: TenantTx, kind: IdentityKind, value: str, to_id: UUID, source: str
) -> None:
    await tx.execute(
        update(CustomerIdentity)
        .where(CustomerIdentity.kind == kind, CustomerIdentity.value == value)
        .values(customer_id=to_id, source=source, verified_at=tx.now)
    )


async def identities_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[CustomerIdentity]:
    query = select(CustomerIdentity).where(CustomerIdentity.customer_id.in_(ids))
    ordered = query.order_by(CustomerIdentity.kind, CustomerIdentity.value)
    return (await tx.scalars(ordered)).all()
