"""Points: earned, spent, returned, taken back, expired; and who brought whom."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.loyalty import queries, rules, service
from kram.shop.loyalty.errors import PointsInvalid, PointsSpent
from kram.shop.loyalty.models import PointCause, PointMove
from kram.shop.loyalty.rules import Loyalty
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER

pytestmark = pytest.mark.anyio

ON = Loyalty(is_active=True, earn_rate=1_000, kept_days=30, welcome_points=50, referral_points=100)


@pytest.fixture
async def buyer(tx: TenantTx) -> UUID:
    await service.save(tx, ON)
    return (await make_customer(tx)).id


async def agrees(tx: TenantTx, customer_id: UUID) -> int:
    """The balance, which is what the ledger adds up to."""
    moves = select(func.coalesce(func.sum(PointMove.delta), 0))
    total = int(await tx.scalar(moves.where(PointMove.customer_id == customer_id)))
    assert await service.balance(tx, customer_id) == total
    return total


async def test_an_order_earns_once(tx: TenantTx, buyer: UUID) -> None:
    order = new_id()
    await service.earn(tx, buyer, order, 1_999)
    await service.earn(tx, buyer, order, 1_999)
    assert await agrees(tx, buyer) == 199


async def test_nothing_is_earned_where_points_are_off(tx: TenantTx) -> None:
    buyer = (await make_customer(tx)).id
    await service.earn(tx, buyer, new_id(), 1_999)
    assert await agrees(tx, buyer) == 0


async def test_spent_points_come_back_once(tx: TenantTx, buyer: UUID) -> None:
    order = new_id()
    await service.adjust(tx, buyer, 500, STAFF, "sorry")
    await service.spend(tx, buyer, order, 300, SHOPPER)
    with pytest.raises(PointsSpent):
        await service.spend(tx, buyer, new_id(), 201, SHOPPER)
    await service.give_back(tx, order, STAFF)
    await service.give_back(tx, order, STAFF)
    assert await agrees(tx, buyer) == 500
    await service.spend_again(tx, order, SHOPPER)
    await service.spend_again(tx, order, SHOPPER)
    assert await agrees(tx, buyer) == 200
    await service.give_back(tx, new_id(), STAFF)


async def test_refunds_take_back_what_they_earned(tx: TenantTx, buyer: UUID) -> None:
    order = new_id()
    await service.earn(tx, buyer, order, 10_000)
    for refunded, left in ((3_333, 667), (3_333, 667), (6_666, 334), (10_000, 0)):
        await service.take_back(tx, order, refunded, 10_000)
        assert await agrees(tx, buyer) == left


async def test_what_is_spent_is_not_taken_from_later_points(tx: TenantTx, buyer: UUID) -> None:
    order = new_id()
    await service.earn(tx, buyer, order, 10_000)
    await service.spend(tx, buyer, new_id(), 900, SHOPPER)
    await service.take_back(tx, order, 10_000, 10_000)
    assert await agrees(tx, buyer) == 0


async def test_points_expire_first_in_first_out(tx: TenantTx, buyer: UUID) -> None:
    await service.earn(tx, buyer, new_id(), 10_000)
    await service.spend(tx, buyer, new_id(), 400, SHOPPER)
    tx.now += timedelta(days=20)
    await service.earn(tx, buyer, new_id(), 5_000)
    await service.adjust(tx, buyer, 7, STAFF, "never expires")
    assert await service.expire(tx) == 0
    tx.now += timedelta(days=11)
    assert await service.expire(tx) == 1
    assert await agrees(tx, buyer) == 507
    assert await service.expire(tx) == 0
    tx.now += timedelta(days=20)
    assert await service.expire(tx) == 1
    assert await agrees(tx, buyer) == 7


async def test_returned_points_do_not_live_twice(tx: TenantTx, buyer: UUID) -> None:
    order = new_id()
    await service.earn(tx, buyer, new_id(), 10_000)
    await service.spend(tx, buyer, order, 400, SHOPPER)
    await service.give_back(tx, order, STAFF)
    tx.now += timedelta(days=31)
    await service.expire(tx)
    assert await agrees(tx, buyer) == 0


async def test_a_friend_is_rewarded_once_and_after_the_order(tx: TenantTx, buyer: UUID) -> None:
    friend = (await make_customer(tx)).id
    code = await service.referral_code(tx, friend)
    assert await service.referral_code(tx, friend) == code
    assert await service.remember_referrer(tx, buyer, code.lower())
    assert not await service.remember_referrer(tx, buyer, code)
    assert await agrees(tx, friend) == 0
    order = new_id()
    await service.earn(tx, buyer, new_id(), 0)
    assert (await agrees(tx, buyer), await agrees(tx, friend)) == (0, 0)
    await service.earn(tx, buyer, order, 1)
    await service.earn(tx, buyer, new_id(), 1)
    assert (await agrees(tx, buyer), await agrees(tx, friend)) == (50, 100)


async def test_nobody_brings_themselves(tx: TenantTx, buyer: UUID) -> None:
    code = await service.referral_code(tx, buyer)
    assert not await service.remember_referrer(tx, buyer, code)
    assert not await service.remember_referrer(tx, buyer, "NOBODY")
    await service.earn(tx, buyer, new_id(), 0)
    assert await agrees(tx, buyer) == 0


@pytest.mark.parametrize("delta", [0, 10**13 + 1, -(10**13) - 1])
async def test_senseless_adjustments(tx: TenantTx, buyer: UUID, delta: int) -> None:
    with pytest.raises(PointsInvalid):
        await service.adjust(tx, buyer, delta, STAFF, "")


async def test_the_staff_cannot_take_more_than_there_is(tx: TenantTx, buyer: UUID) -> None:
    await service.adjust(tx, buyer, 5, STAFF, "")
    with pytest.raises(PointsSpent):
        await service.adjust(tx, buyer, -6, STAFF, "")
    await service.adjust(tx, buyer, -5, STAFF, "")
    moves = await queries.moves_of(tx, buyer)
    assert [move.cause for move in moves] == [PointCause.ADJUSTED] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"earn_rate": -1},
        {"spend_limit": 10_001},
        {"kept_days": 0},
        {"welcome_points": -1},
        {"referral_points": 10**14},
    ],
)
async def test_senseless_settings(tx: TenantTx, changes: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        await service.save(tx, msgspec.structs.replace(ON, **changes))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=10))
def test_refunds_in_parts_take_as_much_as_one(earned: int, parts: list[int]) -> None:
    total, taken, refunded = sum(parts), 0, 0
    for part in parts:
        refunded += part
        taken += rules.to_take_back(earned, taken, refunded, total)
    assert taken == earned


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10_000), st.booleans())
def test_no_more_is_spent_than_there_is_and_may_be(
    balance: int, goods: int, limit: int, is_active: bool
) -> None:
    points = rules.spendable(balance, goods, Loyalty(is_active=is_active, spend_limit=limit))
    assert 0 <= points <= min(balance, goods)
    assert is_active or points == 0


@pytest.mark.parametrize(
    ("param", "code"), [("r_AB12", "AB12"), ("r_", None), ("", None), ("promo", None)]
)
def test_links(param: str, code: str | None) -> None:
    assert rules.referral_code(param) == code


async def test_the_ledger_is_for_ever(tx: TenantTx, buyer: UUID) -> None:
    rights = await tx.scalar(
        text("SELECT has_table_privilege(current_user, 'point_move', 'UPDATE, DELETE')")
    )
    assert rights is False
