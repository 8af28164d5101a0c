"""Every statement on segments, but for what a rule compiles to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, literal, select, text, union_all
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.models import Customer
from kram.shop.segments.compile_queries import narrowed
from kram.shop.segments.models import Segment
from kram.shop.segments.rules import Rule

_QUINTILES = text(
    """
    SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY spent_minor)
    FROM customer WHERE orders_count > 0 AND merged_into IS NULL
    """
)


async def segments(tx: TenantRead, ids: Collection[UUID] | None = None) -> Sequence[Segment]:
    """By name."""
    query = select(Segment).order_by(Segment.name, Segment.id)
    if ids is not None:
        query = query.where(Segment.id.in_(ids))
    return (await tx.scalars(query)).all()


async def insert_segment(tx: TenantTx, segment: Segment) -> bool:
    """False when the name is taken."""
    values = {"id": segment.id, "name": segment.name, "rule": segment.rule}
    arrived = insert(Segment).values(**values, created_at=tx.now, updated_at=tx.now)
    return await tx.scalar(arrived.on_conflict_do_nothing().returning(Segment.id)) is not None


async def is_name_taken(tx: TenantRead, name: str, but_for: UUID) -> bool:
    query = select(Segment.id).where(Segment.name == name, Segment.id != but_for)
    return await tx.scalar(query) is not None


async def money_steps(tx: TenantRead) -> tuple[int, int, int, int]:
    """The least amounts of the upper four fifths of the buyers; zeros without buyers."""
    found = await tx.scalar(_QUINTILES)
    first, second, third, fourth = found or (0, 0, 0, 0)
    return int(first), int(second), int(third), int(fourth)


async def count(tx: TenantRead, rule: Rule) -> int:
    query = narrowed(select(func.count()).select_from(Customer), rule, tx.now)
    return int(await tx.scalar(query))


async def first_names(tx: TenantRead, rule: Rule, limit: int) -> tuple[int, list[str]]:
    """(how many, the latest of them by name), in one statement."""
    query = select(Customer.name, func.count().over()).order_by(
        Customer.created_at.desc(), Customer.id.desc()
    )
    rows = (await tx.execute(narrowed(query, rule, tx.now).limit(limit))).all()
    total: Any = rows[0][1] if rows else 0
    return int(total), [str(row[0]) for row in rows]


async def which_hold(tx: TenantRead, customer_id: UUID, rules: Mapping[UUID, Rule]) -> set[UUID]:
    """Those of the named rules that are true for the customer, in one statement."""
    if not rules:
        return set()
    asked = [_holds(tx, customer_id, name, rule) for name, rule in rules.items()]
    found = await tx.scalars(union_all(*asked))
    return {UUID(name) for name in found}


def _holds(tx: TenantRead, customer_id: UUID, name: UUID, rule: Rule) -> Select[*tuple[Any, ...]]:
    named = select(cast(literal(str(name)), String)).select_from(Customer)
    return narrowed(named, rule, tx.now, only=customer_id)
