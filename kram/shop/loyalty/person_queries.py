"""Statements on the points of one person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.loyalty.models import PointAccount, PointMove


async def lock_accounts(tx: TenantTx, ids: Sequence[UUID]) -> dict[UUID, PointAccount]:
    query = (
        select(PointAccount)
        .where(PointAccount.customer_id.in_(ids))
        .order_by(PointAccount.customer_id)
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return {account.customer_id: account for account in await tx.scalars(locked)}


async def open_account(tx: TenantTx, customer_id: UUID) -> None:
    arrived = insert(PointAccount).values(customer_id=customer_id)
    await tx.execute(arrived.on_conflict_do_nothing())


async def hand_on_friends(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    """Whom the one brought, the other brought; nobody brings themselves."""
    brought = update(PointAccount).where(PointAccount.referrer_id == from_id)
    await tx.execute(brought.where(PointAccount.customer_id == to_id).values(referrer_id=None))
    await tx.execute(brought.values(referrer_id=to_id))


async def last_expiry(tx: TenantRead, customer_id: UUID) -> datetime | None:
    """When the last of the points ends; None: some of them never do, or there are none."""
    query = select(PointMove.expires_at).where(
        PointMove.customer_id == customer_id, PointMove.delta > 0
    )
    times = list(await tx.scalars(query))
    return None if not times or None in times else max(time for time in times if time)


async def moves_of(tx: TenantRead, ids: Sequence[UUID]) -> Sequence[PointMove]:
    """The oldest first."""
    query = select(PointMove).where(PointMove.customer_id.in_(ids))
    return (await tx.scalars(query.order_by(PointMove.id))).all()
