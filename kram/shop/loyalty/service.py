"""Earn, spend, give back and expire points; remember who brought whom."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row

from kram.kit.db.tx import TenantRead, TenantTx
from kram.kit.ids import public_code, read_code
from kram.kit.text import line
from kram.shop.customers.errors import ProfileErased
from kram.shop.customers.service import living
from kram.shop.loyalty import queries, rules
from kram.shop.loyalty.errors import PointsInvalid, PointsSpent
from kram.shop.loyalty.models import LoyaltySettings, PointCause, PointMove
from kram.shop.loyalty.rules import Loyalty
from kram.tenants.actor import Actor

_CODE_LETTERS = 8
_LARGEST = 10**13
_REWARDER = "system:referral"


async def loyalty(tx: TenantRead) -> Loyalty:
    return loyalty_of(await queries.settings(tx))


def loyalty_of(row: LoyaltySettings | Row[Any]) -> Loyalty:
    """Of the row, or of any other with its columns."""
    return Loyalty(**{name: getattr(row, name) for name in Loyalty.__struct_fields__})


async def save(tx: TenantTx, wanted: Loyalty) -> None:
    """Raises: InvalidInput."""
    rules.check(wanted)
    await queries.save_settings(tx, msgspec.structs.asdict(wanted))


async def balance(tx: TenantRead, customer_id: UUID) -> int:
    account = await queries.account(tx, customer_id)
    return 0 if account is None else account.balance


async def adjust(tx: TenantTx, customer_id: UUID, delta: int, actor: Actor, note: str) -> None:
    """By the staff. Raises: PointsInvalid, PointsSpent (the balance would be below zero)."""
    if not 0 < abs(delta) <= _LARGEST:
        raise PointsInvalid
    if delta > 0:
        await queries.add(
            tx, customer_id, delta, PointCause.ADJUSTED, _name(actor), note=line(note)[:500]
        )
        return
    taken = await queries.subtract(
        tx, customer_id, -delta, PointCause.ADJUSTED, _name(actor), note=line(note)[:500]
    )
    if not taken:
        raise PointsSpent


async def spend(tx: TenantTx, customer_id: UUID, order_id: UUID, points: int, actor: Actor) -> None:
    """Raises PointsSpent when there are fewer by now: then the order must be priced anew."""
    taken = await queries.subtract(
        tx, customer_id, points, PointCause.SPENT, _name(actor), order_id=order_id
    )
    if not taken:
        raise PointsSpent


async def give_back(tx: TenantTx, order_id: UUID, actor: Actor, most: int | None = None) -> None:
    """What the order spent is the customer's again: all of it, or at most so many points.

    Never more than it spent. The order's row is locked by the caller.
    """
    moves = await queries.moves_of_order(tx, order_id)
    spent = -_sum(moves, PointCause.SPENT, PointCause.RETURNED)
    spent = spent if most is None else min(spent, most)
    if spent > 0:
        await queries.add(
            tx,
            await _owner(tx, moves[0].customer_id),
            spent,
            PointCause.RETURNED,
            _name(actor),
            order_id=order_id,
        )


async def spend_again(tx: TenantTx, order_id: UUID, actor: Actor) -> None:
    """For an order that comes back to life. Raises: PointsSpent."""
    moves = await queries.moves_of_order(tx, order_id)
    returned = _sum(moves, PointCause.RETURNED)
    if returned > 0 and _sum(moves, PointCause.SPENT, PointCause.RETURNED) == 0:
        last = next(move for move in reversed(moves) if move.cause == PointCause.SPENT)
        owner_id = await _owner(tx, last.customer_id)
        await spend(tx, owner_id, order_id, -last.delta, actor)


async def earn(tx: TenantTx, customer_id: UUID, order_id: UUID, paid_minor: int) -> None:
    """The order was delivered, and that was paid for its goods: once for an order.

    The first one of somebody whom a friend brought rewards both; one that cost nothing, or had
    gift cards alone, is not it.
    """
    shop = await loyalty(tx)
    if not shop.is_active or paid_minor <= 0:
        return
    points = rules.earned(paid_minor, shop)
    await _give(tx, customer_id, order_id, points, PointCause.EARNED, shop)
    friend_id = await queries.close_referral(tx, customer_id)
    if friend_id is not None:
        await _give(tx, customer_id, order_id, shop.welcome_points, PointCause.WELCOME, shop)
        await _give(tx, friend_id, order_id, shop.referral_points, PointCause.REFERRAL, shop)


async def take_back(tx: TenantTx, order_id: UUID, refunded_minor: int, total_minor: int) -> None:
    """Earned points go with the money: of `total_minor`, for which they were earned, all of
    `refunded_minor` went back so far.

    Points that the customer has spent already are not taken from the next ones.
    """
    moves = await queries.moves_of_order(tx, order_id)
    earned = _sum(moves, PointCause.EARNED)
    if earned <= 0:
        return
    taken = -_sum(moves, PointCause.TAKEN_BACK)
    due = rules.to_take_back(earned, taken, refunded_minor, total_minor)
    earner_id = next(m.customer_id for m in moves if m.cause == PointCause.EARNED)
    customer_id = await _owner(tx, earner_id)
    account = await queries.lock_account(tx, customer_id)
    points = min(due, account.balance if account else 0)
    if points > 0:
        await queries.subtract(
            tx, customer_id, points, PointCause.TAKEN_BACK, "system:refund", order_id=order_id
        )


async def _owner(tx: TenantTx, customer_id: UUID) -> UUID:
    """Whose the points of an old move are now: profiles may have been joined since. Of who was
    erased they stay where they are."""
    try:
        return await living(tx, customer_id)
    except ProfileErased:
        return customer_id


async def referral_code(tx: TenantTx, customer_id: UUID) -> str:
    """What the customer's link carries; made on first asking."""
    return await queries.open_account(tx, customer_id, public_code(_CODE_LETTERS))


async def remember_referrer(tx: TenantTx, customer_id: UUID, code: str) -> bool:
    """Who brought the customer, who has ordered nothing yet (the caller knows).

    False: there is no such code, it is their own, or somebody else was first.
    """
    referrer_id = await queries.owner_of(tx, read_code(code))
    if referrer_id is None or referrer_id == customer_id:
        return False
    return await queries.set_referrer(tx, customer_id, referrer_id)


async def expire(tx: TenantTx) -> int:
    """By the clock: takes away what was kept long enough. Returns from how many customers."""
    return await queries.expire(tx)


async def _give(
    tx: TenantTx, customer_id: UUID, order_id: UUID, points: int, cause: PointCause, shop: Loyalty
) -> None:
    if points <= 0:
        return
    expires_at = None if shop.kept_days is None else tx.now + timedelta(days=shop.kept_days)
    await queries.add(
        tx,
        customer_id,
        points,
        cause,
        _REWARDER if cause is not PointCause.EARNED else "system:delivered",
        order_id=order_id,
        expires_at=expires_at,
        once=True,
    )


def _sum(moves: Sequence[PointMove], *causes: PointCause) -> int:
    return sum(move.delta for move in moves if move.cause in causes)


def _name(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
