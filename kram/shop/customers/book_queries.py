"""Statements on what is kept beside a customer: addresses, notes, groups, history, consents."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.models import (
    Customer,
    CustomerAddress,
    CustomerGroup,
    CustomerIdentity,
    CustomerNote,
    CustomerStep,
)

_CONSENTS = text(
    """
    SELECT name FROM (
        SELECT DISTINCT ON (facts->>'channel', facts->>'purpose')
            (facts->>'channel') || ':' || (facts->>'purpose') AS name, kind
        FROM customer_step
        WHERE customer_id = ANY(:ids) AND kind IN ('granted', 'withdrawn')
        ORDER BY facts->>'channel', facts->>'purpose', at DESC, id DESC
    ) AS latest
    WHERE kind = 'granted' ORDER BY name
    """
)
_OWNED = (CustomerAddress, CustomerNote, CustomerIdentity)


async def standing_consents(tx: TenantRead, ids: Sequence[UUID]) -> list[str]:
    """What the history of these profiles comes to, as "channel:purpose"."""
    await _flushed(tx)
    return list(await tx.scalars(_CONSENTS, {"ids": list(ids)}))


async def _flushed(tx: TenantRead) -> None:
    if isinstance(tx, TenantTx):
        await tx.flush()


async def addresses_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[CustomerAddress]:
    """The default first."""
    query = select(CustomerAddress).where(CustomerAddress.customer_id.in_(ids))
    ordered = query.order_by(CustomerAddress.is_default.desc(), CustomerAddress.id)
    return (await tx.scalars(ordered)).all()


async def clear_default(tx: TenantTx, customer_id: UUID) -> None:
    await tx.execute(
        update(CustomerAddress)
        .where(CustomerAddress.customer_id == customer_id, CustomerAddress.is_default)
        .values(is_default=False)
    )


async def notes_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[CustomerNote]:
    """The newest first."""
    query = select(CustomerNote).where(CustomerNote.customer_id.in_(ids))
    return (await tx.scalars(query.order_by(CustomerNote.id.desc()))).all()


async def steps_of(tx: TenantRead, ids: Sequence[UUID], limit: int = 100) -> Sequence[CustomerStep]:
    """The newest first."""
    query = select(CustomerStep).where(CustomerStep.customer_id.in_(ids))
    return (await tx.scalars(query.order_by(CustomerStep.id.desc()).limit(limit))).all()


async def set_consent(tx: TenantTx, customer_id: UUID, name: str, *, granted: bool) -> bool:
    """Whether that is news. One statement: two consents given at once are both kept."""
    stands = Customer.consents.contains([name])
    fresh = func.array_append(Customer.consents, name)
    gone = func.array_remove(Customer.consents, name)
    statement = (
        update(Customer)
        .where(Customer.id == customer_id, ~stands if granted else stands)
        .values(consents=fresh if granted else gone)
        .returning(Customer.id)
    )
    return await tx.scalar(statement) is not None


async def groups(tx: TenantRead) -> Sequence[CustomerGroup]:
    return (await tx.scalars(select(CustomerGroup).order_by(CustomerGroup.name))).all()


async def insert_group(tx: TenantTx, group_id: UUID, name: str) -> bool:
    """False when the name is taken."""
    arrived = insert(CustomerGroup).values(id=group_id, name=name, created_at=tx.now)
    made = arrived.on_conflict_do_nothing().returning(CustomerGroup.id)
    return await tx.scalar(made) is not None


async def known_groups(tx: TenantRead, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are groups; they cannot be removed until the commit."""
    query = select(CustomerGroup.id).where(CustomerGroup.id.in_(ids))
    return set(await tx.scalars(query.with_for_update(read=True, key_share=True)))


async def drop_group(tx: TenantTx, group_id: UUID) -> bool:
    """Nobody is in it afterwards. False when there is no such group."""
    gone = delete(CustomerGroup).where(CustomerGroup.id == group_id).returning(CustomerGroup.id)
    if await tx.scalar(gone) is None:
        return False
    await tx.execute(
        update(Customer)
        .where(Customer.group_ids.contains([group_id]))
        .values(group_ids=func.array_remove(Customer.group_ids, group_id))
    )
    return True


async def change_tags(
    tx: TenantTx, ids: Collection[UUID], add: Sequence[str], remove: Sequence[str]
) -> None:
    """Of many at once, in one statement."""
    kept = text(
        """
        UPDATE customer SET tags = ARRAY(
            SELECT DISTINCT tag FROM unnest(tags || CAST(:add AS text[])) AS tag
            WHERE NOT tag = ANY(CAST(:remove AS text[])) ORDER BY tag
        )
        WHERE id = ANY(:ids) AND merged_into IS NULL AND erased_at IS NULL
        """
    )
    await tx.execute(kept, {"ids": list(ids), "add": list(add), "remove": list(remove)})


async def used_tags(tx: TenantRead, limit: int = 200) -> list[str]:
    """Every tag that somebody bears."""
    tag = func.unnest(Customer.tags).label("tag")
    query = select(tag).where(Customer.merged_into.is_(None)).distinct().order_by(tag)
    return list(await tx.scalars(query.limit(limit)))


async def move_owned(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    """Addresses, notes and proofs; the history stays where it happened."""
    has_default = select(CustomerAddress.id).where(
        CustomerAddress.customer_id == to_id, CustomerAddress.is_default
    )
    if await tx.scalar(has_default) is not None:
        await clear_default(tx, from_id)
    for table in _OWNED:
        await tx.execute(
            update(table).where(table.customer_id == from_id).values(customer_id=to_id)
        )


async def drop_owned(tx: TenantTx, ids: Sequence[UUID]) -> None:
    for table in _OWNED:
        await tx.execute(delete(table).where(table.customer_id.in_(ids)))
