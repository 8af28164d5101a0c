"""Statements on what one person gave back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.orders.models import Order
from kram.shop.returns.models import ReturnRequest, ReturnState

_OPEN = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.RECEIVED)


async def returns_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[ReturnRequest]:
    query = select(ReturnRequest).join(Order, Order.id == ReturnRequest.order_id)
    ordered = query.where(Order.customer_id.in_(ids)).order_by(ReturnRequest.id)
    return (await tx.scalars(ordered)).all()


async def is_one_open(tx: TenantRead, ids: Sequence[UUID]) -> bool:
    query = (
        select(ReturnRequest.id)
        .join(Order, Order.id == ReturnRequest.order_id)
        .where(Order.customer_id.in_(ids), ReturnRequest.state.in_(_OPEN))
    )
    return await tx.scalar(query.limit(1)) is not None


async def forget_words(tx: TenantTx, return_ids: Sequence[UUID]) -> None:
    await tx.execute(
        update(ReturnRequest)
        .where(ReturnRequest.id.in_(return_ids))
        .values(comment="", answer="", photos=[])
    )
