"""Every statement on points. A balance changes by one conditional write with its move."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import new_id
from kram.shop.loyalty.models import LoyaltySettings, PointAccount, PointCause, PointMove

_ADD = text(
    """
    WITH added AS (
        INSERT INTO point_account (customer_id, balance)
        SELECT :customer, CAST(:delta AS bigint)
        WHERE NOT :once OR NOT EXISTS (
            SELECT FROM point_move WHERE order_id = :order AND cause = :cause
        )
        ON CONFLICT (customer_id)
        DO UPDATE SET balance = point_account.balance + excluded.balance
        RETURNING customer_id
    )
    INSERT INTO point_move
        (id, customer_id, order_id, delta, cause, actor, note, expires_at, created_at)
    SELECT :move, customer_id, :order, :delta, :cause, :actor, :note, :expires_at, :now
    FROM added
    RETURNING delta
    """
)

_SUBTRACT = text(
    """
    WITH taken AS (
        UPDATE point_account SET balance = balance - CAST(:points AS bigint)
        WHERE customer_id = :customer AND balance >= :points
        RETURNING customer_id
    )
    INSERT INTO point_move (id, customer_id, order_id, delta, cause, actor, note, created_at)
    SELECT :move, customer_id, :order, -CAST(:points AS bigint), :cause, :actor, :note, :now
    FROM taken
    RETURNING delta
    """
)

_LOCK_DUE = text(
    """
    SELECT customer_id FROM point_account
    WHERE balance > 0 AND EXISTS (
        SELECT FROM point_move
        WHERE point_move.customer_id = point_account.customer_id AND expires_at <= :now
    )
    ORDER BY customer_id
    FOR UPDATE SKIP LOCKED
    """
)

# First in, first out: whatever went so far went from what came first, so of the points whose time
# is over only those are left that exceed everything gone. Returned points undo a spending.
_EXPIRE = text(
    """
    WITH sums AS (
        SELECT customer_id,
            coalesce(sum(delta) FILTER (
                WHERE delta > 0 AND cause <> 'returned' AND expires_at <= :now), 0) AS ended,
            -coalesce(sum(delta) FILTER (WHERE delta < 0 OR cause = 'returned'), 0) AS gone
        FROM point_move WHERE customer_id = ANY(CAST(:customers AS uuid[]))
        GROUP BY customer_id
    ), over AS (
        UPDATE point_account SET balance = balance - (sums.ended - sums.gone)
        FROM sums
        WHERE sums.customer_id = point_account.customer_id AND sums.ended > sums.gone
        RETURNING point_account.customer_id, sums.ended - sums.gone AS points
    )
    INSERT INTO point_move (id, customer_id, delta, cause, actor, created_at)
    SELECT gen_random_uuid(), customer_id, -points, 'expired', 'system:expiry', :now FROM over
    RETURNING customer_id
    """
)


async def settings(tx: TenantRead) -> LoyaltySettings:
    found: LoyaltySettings = (await tx.scalars(select(LoyaltySettings))).one()
    return found


async def save_settings(tx: TenantTx, values: Mapping[str, Any]) -> None:
    await tx.execute(
        update(LoyaltySettings).values(**values).execution_options(synchronize_session=False)
    )


async def account(tx: TenantRead, customer_id: UUID) -> PointAccount | None:
    found = await tx.scalars(
        select(PointAccount)
        .where(PointAccount.customer_id == customer_id)
        .execution_options(populate_existing=True)
    )
    return found.first()


async def add(
    tx: TenantTx,
    customer_id: UUID,
    points: int,
    cause: PointCause,
    actor: str,
    *,
    order_id: UUID | None = None,
    note: str = "",
    expires_at: datetime | None = None,
    once: bool = False,
) -> bool:
    """With `once` nothing, if the order has a move of that cause. Whether it was written."""
    values = {
        "customer": customer_id,
        "delta": points,
        "once": once,
        "order": order_id,
        "cause": cause,
        "actor": actor,
        "note": note,
        "expires_at": expires_at,
        "move": new_id(),
        "now": tx.now,
    }
    return (await tx.execute(_ADD, values)).first() is not None


async def subtract(
    tx: TenantTx,
    customer_id: UUID,
    points: int,
    cause: PointCause,
    actor: str,
    *,
    order_id: UUID | None = None,
    note: str = "",
) -> bool:
    """Whether there were so many."""
    values = {
        "customer": customer_id,
        "points": points,
        "order": order_id,
        "cause": cause,
        "actor": actor,
        "note": note,
        "move": new_id(),
        "now": tx.now,
    }
    return (await tx.execute(_SUBTRACT, values)).first() is not None


async def moves_of_order(tx: TenantRead, order_id: UUID) -> Sequence[PointMove]:
    """The oldest first."""
    found = await tx.scalars(
        select(PointMove).where(PointMove.order_id == order_id).order_by(PointMove.id)
    )
    return found.all()


async def moves_of(tx: TenantRead, customer_id: UUID, limit: int = 100) -> Sequence[PointMove]:
    """The newest first."""
    found = await tx.scalars(
        select(PointMove)
        .where(PointMove.customer_id == customer_id)
        .order_by(PointMove.id.desc())
        .limit(limit)
    )
    return found.all()


async def referral_moves(
    tx: TenantRead, customer_id: UUID, limit: int = 100
) -> Sequence[PointMove]:
    """What the customer got for friends, the newest first."""
    found = await tx.scalars(
        select(PointMove)
        .where(PointMove.customer_id == customer_id, PointMove.cause == PointCause.REFERRAL)
        .order_by(PointMove.id.desc())
        .limit(limit)
    )
    return found.all()


async def lock_account(tx: TenantTx, customer_id: UUID) -> PointAccount | None:
    return await tx.get(PointAccount, customer_id, lock=True)


async def expire(tx: TenantTx) -> int:
    """How many customers lost points. Two statements: what the second sums up cannot change, as
    every move locks its account first."""
    customers = list(await tx.scalars(_LOCK_DUE, {"now": tx.now}))
    if not customers:
        return 0
    found = await tx.execute(_EXPIRE, {"customers": customers, "now": tx.now})
    return len(found.all())


async def open_account(tx: TenantTx, customer_id: UUID, code: str) -> str:
    """The customer's referral code: the one they have, or this one from now on."""
    opened = insert(PointAccount).values(customer_id=customer_id, referral_code=code)
    statement = opened.on_conflict_do_update(
        index_elements=["customer_id"],
        set_={
            "referral_code": func.coalesce(
                PointAccount.referral_code, opened.excluded.referral_code
            )
        },
    ).returning(PointAccount.referral_code)
    return str(await tx.scalar(statement))


async def owner_of(tx: TenantRead, referral_code: str) -> UUID | None:
    found: UUID | None = await tx.scalar(
        select(PointAccount.customer_id).where(PointAccount.referral_code == referral_code)
    )
    return found


async def set_referrer(tx: TenantTx, customer_id: UUID, referrer_id: UUID) -> bool:
    """Whether it was written: the first one stays, and nobody is their own."""
    came = insert(PointAccount).values(customer_id=customer_id, referrer_id=referrer_id)
    statement = came.on_conflict_do_update(
        index_elements=["customer_id"],
        set_={"referrer_id": came.excluded.referrer_id},
        where=PointAccount.referrer_id.is_(None),
    ).returning(PointAccount.customer_id)
    return await tx.scalar(statement) is not None


async def close_referral(tx: TenantTx, customer_id: UUID) -> UUID | None:
    """Whom to reward for this customer, once; None: nobody, or it was done."""
    found: UUID | None = await tx.scalar(
        update(PointAccount)
        .where(
            PointAccount.customer_id == customer_id,
            PointAccount.referrer_id.is_not(None),
            PointAccount.rewarded_at.is_(None),
        )
        .values(rewarded_at=tx.now)
        .returning(PointAccount.referrer_id)
        .execution_options(synchronize_session=False)
    )
    return found
