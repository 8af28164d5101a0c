"""Statements on the orders of one person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, case, func, select, text, update
from sqlalchemy.orm import selectinload

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.holder import Erasure
from kram.shop.digital.models import DigitalGrant
from kram.shop.orders.models import Fulfilment, Order, OrderStatus, OrderStep
from kram.tenants.actor import ActorKind

_ENDED = (OrderStatus.DELIVERED, OrderStatus.CANCELLED)
_MOST_NAMED = 5


# By the staff's draft it is known whom it is for; the order that came of it has the words too.
_MOVE_DRAFTS = text(
    """
    UPDATE draft_order SET content = jsonb_set(content, '{customer_id}', to_jsonb(:to))
    WHERE content->>'customer_id' = :from
    """
).bindparams(bindparam("to", type_=Text), bindparam("from", type_=Text))
_FORGET_DRAFTS = text(
    """
    UPDATE draft_order SET content = content || (
        SELECT coalesce(jsonb_object_agg(key, to_jsonb(''::text)), '{}') FROM jsonb_each(content)
        WHERE jsonb_typeof(value) = 'string'
            AND key IN ('recipient', 'name', 'phone', 'email', 'address', 'comment', 'note',
                'discount_reason')
    )
    WHERE content->>'customer_id' = ANY(CAST(:ids AS text[]))
        OR order_id IN (SELECT id FROM orders WHERE customer_id = ANY(CAST(:ids AS uuid[])))
    """
)


async def move(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    await tx.execute(update(Order).where(Order.customer_id == from_id).values(customer_id=to_id))
    await tx.execute(_MOVE_DRAFTS, {"from": str(from_id), "to": str(to_id)})


async def orders_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[Order]:
    """All of them with their lines, the newest first."""
    query = select(Order).where(Order.customer_id.in_(ids)).options(selectinload(Order.lines))
    return (await tx.scalars(query.order_by(Order.created_at.desc(), Order.id.desc()))).all()


async def grants_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """What their orders gave, the newest first: (code, kind, created_at, seen_at, downloads)."""
    query = (
        select(
            Order.code,
            DigitalGrant.kind,
            DigitalGrant.created_at,
            DigitalGrant.seen_at,
            DigitalGrant.downloads,
        )
        .join(Order, Order.id == DigitalGrant.order_id)
        .where(Order.customer_id.in_(ids))
    )
    return (await tx.execute(query.order_by(DigitalGrant.id.desc()))).all()


async def open_numbers(tx: TenantRead, ids: Sequence[UUID]) -> list[str]:
    """Of those that have not come to an end; a few of them."""
    query = select(Order.number, Order.code).where(
        Order.customer_id.in_(ids), Order.status.not_in(_ENDED)
    )
    found = await tx.execute(query.order_by(Order.created_at).limit(_MOST_NAMED))
    return [str(number or code) for number, code in found]


async def forget(tx: TenantTx, erasure: Erasure) -> None:
    """Amounts, goods and dates stay: they are the shop's books. Of the timeline its words go, which
    the ledger allows. Access to files, keys and gift cards ends; a card pays on for who has it."""
    theirs = select(Order.id).where(Order.customer_id.in_(erasure.ids))
    await tx.execute(
        update(OrderStep)
        .where(OrderStep.order_id.in_(theirs))
        .values(
            actor_name=case(
                (OrderStep.actor_kind == ActorKind.SHOPPER, ""), else_=OrderStep.actor_name
            ),
            note="",
            detail=None,
        )
    )
    await tx.execute(_FORGET_DRAFTS, {"ids": [str(known) for known in erasure.ids]})
    # That a key was seen stays known: it may not be given to another.
    await tx.execute(
        update(DigitalGrant)
        .where(DigitalGrant.order_id.in_(theirs))
        .values(
            downloads={}, sealed=None, revoked_at=func.coalesce(DigitalGrant.revoked_at, tx.now)
        )
    )
    await tx.execute(
        update(Fulfilment)
        .where(Fulfilment.order_id.in_(theirs))
        .values(tracking_number="", tracking_url="")
    )
    await tx.execute(
        update(Order)
        .where(Order.customer_id.in_(erasure.ids))
        .values(recipient="", phone="", address="", comment="", tracking="")
    )
