"""Many buyers, few uses: promo codes, gift cards and points are raced, and each race can be lost.

Every order here is placed whole, as checkout does it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import AppError
from kram.kit.ids import new_id
from kram.kit.money import Money
from kram.shop.cart.extras import Extras
from kram.shop.giftcards import service as giftcards
from kram.shop.giftcards.models import GiftCard, GiftCardMove
from kram.shop.loyalty import service as loyalty
from kram.shop.loyalty.models import PointAccount, PointMove
from kram.shop.orders import service as orders
from kram.shop.promotions import queries
from kram.shop.promotions.models import PromoCode, PromoUse
from kram.shop.promotions.rule import AmountOffOrder, Conditions
from tests.conftest import make_settings
from tests.factories.catalog import make_variant
from tests.factories.customers import make_customer
from tests.factories.inventory import STAFF, stock_of
from tests.factories.orders import SHOPPER, make_order, order_draft
from tests.factories.promotions import make_promotion

pytestmark = pytest.mark.anyio

BUYERS, USES, CONNECTIONS = 100, 10, 30
Attempt = Callable[[TenantTx], Awaitable[None]]


@pytest.fixture
async def crowd(database_url: str, redis_url: str) -> AsyncIterator[Database]:
    settings = make_settings(database_url, redis_url)
    database = Database(settings.app_database_url, pool_size=CONNECTIONS)
    yield database
    await database.close()


async def race(db: Database, tenant: Tenant, attempts: Sequence[Attempt]) -> Counter[str]:
    turn = asyncio.Semaphore(CONNECTIONS)

    async def run(attempt: Attempt) -> str:
        try:
            async with turn, db.tenant(tenant) as tx:
                await attempt(tx)
        except AppError as refusal:
            return refusal.code
        except DBAPIError as error:
            return getattr(error.orig, "sqlstate", "?")
        return "done"

    return Counter(await asyncio.gather(*map(run, attempts)))


async def variant_and_buyers(db: Database, tenant: Tenant, count: int) -> tuple[UUID, list[UUID]]:
    async with db.tenant(tenant) as tx:
        variant = await make_variant(tx, stock=1_000, price_minor=10_000)
        return variant, [(await make_customer(tx)).id for _ in range(count)]


def orders_by_code(variant: UUID, buyer: UUID, code: str) -> Attempt:
    """Places it at the price with the code, which the shopper saw."""

    async def attempt(tx: TenantTx) -> None:
        draft = order_draft(
            buyer, {variant: 1}, expected_total_minor=9_000 + 7_000, extras=Extras((code,))
        )
        await orders.place(tx, draft, SHOPPER)

    return attempt


async def held(db: Database, tenant: Tenant) -> int:
    async with db.tenant_read(tenant) as tx:
        return int(await tx.scalar(select(func.count()).where(PromoUse.state == "held")))


async def test_100_buyers_of_a_code_with_10_uses(crowd: Database, tenant: Tenant) -> None:
    """Property 15. Who was too late is refused whole: no order, no unit held."""
    variant, buyers = await variant_and_buyers(crowd, tenant, BUYERS)
    async with crowd.tenant(tenant) as tx:
        await make_promotion(tx, AmountOffOrder(1_000), code="TEN", total_limit=USES)
    ended = await race(crowd, tenant, [orders_by_code(variant, each, "TEN") for each in buyers])
    assert ended.pop("done") == USES
    assert set(ended) <= {"promotion_used_up", "total_changed"}
    assert await held(crowd, tenant) == USES
    async with crowd.tenant_read(tenant) as reading:
        assert await stock_of(reading, variant) == (1_000, USES)


async def test_a_single_code_is_counted_by_itself(crowd: Database, tenant: Tenant) -> None:
    variant, buyers = await variant_and_buyers(crowd, tenant, 20)
    async with crowd.tenant(tenant) as tx:
        await make_promotion(tx, AmountOffOrder(1_000), code="ONCE", code_limit=1)
    ended = await race(crowd, tenant, [orders_by_code(variant, each, "ONCE") for each in buyers])
    assert ended["done"] == 1
    async with crowd.tenant_read(tenant) as reading:
        assert await reading.scalar(select(PromoCode.used)) == 1


async def test_one_for_a_customer_ordering_20_times_at_once(
    crowd: Database, tenant: Tenant
) -> None:
    """Property 15."""
    variant, [buyer] = await variant_and_buyers(crowd, tenant, 1)
    async with crowd.tenant(tenant) as tx:
        await make_promotion(tx, AmountOffOrder(1_000), code="MINE", buyer_limit=1)
    ended = await race(crowd, tenant, [orders_by_code(variant, buyer, "MINE")] * 20)
    assert ended["done"] == 1
    assert set(ended) <= {"done", "promotion_used_up", "total_changed"}
    assert await held(crowd, tenant) == 1


async def first_orders_at_once(crowd: Database, tenant: Tenant) -> Counter[str]:
    """One new customer places 20 orders, each with one of two promotions for the first order."""
    variant, [buyer] = await variant_and_buyers(crowd, tenant, 1)
    async with crowd.tenant(tenant) as tx:
        for code in ("HELLO", "WELCOME"):
            when = Conditions(first_order=True)
            await make_promotion(tx, AmountOffOrder(1_000), code=code, when=when)
    attempts = [orders_by_code(variant, buyer, code) for code in ("HELLO", "WELCOME")] * 10
    return await race(crowd, tenant, attempts)


async def test_a_first_order_is_one_order(crowd: Database, tenant: Tenant) -> None:
    ended = await first_orders_at_once(crowd, tenant)
    assert ended.pop("done") == 1
    assert set(ended) <= {"promotion_used_up", "total_changed"}
    assert await held(crowd, tenant) == 1


async def test_without_the_mark_many_orders_are_the_first(
    crowd: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    mark = "EXISTS (SELECT FROM first_time WHERE first_time.id = asked.promotion_id)"
    assert mark in queries._TAKE.text
    unmarked = queries._TAKE.text.replace(mark, "false")
    monkeypatch.setattr(queries._TAKE, "text", unmarked)
    together, take = asyncio.Barrier(2), queries.take

    async def take_together(*args: Any) -> Any:
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await together.wait()
        return await take(*args)

    monkeypatch.setattr(queries, "take", take_together)
    assert (await first_orders_at_once(crowd, tenant))["done"] > 1


async def test_counting_in_the_program_gives_more(crowd: Database, tenant: Tenant) -> None:
    """The negative control: count the uses, judge, and write one more."""
    async with crowd.tenant(tenant) as tx:
        promotion_id = (await make_promotion(tx, total_limit=USES)).id
    together = asyncio.Barrier(CONNECTIONS)

    async def attempt(tx: TenantTx) -> None:
        used = await tx.scalar(select(func.count()).select_from(PromoUse))
        await together.wait()
        if used < USES:
            tx.add(
                PromoUse(
                    id=new_id(),
                    promotion_id=promotion_id,
                    order_id=new_id(),
                    customer_id=new_id(),
                    amount_minor=1,
                )
            )

    await race(crowd, tenant, [attempt] * CONNECTIONS)
    assert await held(crowd, tenant) > USES


async def test_two_codes_in_any_order_never_wait_in_a_circle(
    crowd: Database, tenant: Tenant
) -> None:
    variant, buyers = await variant_and_buyers(crowd, tenant, 60)
    async with crowd.tenant(tenant) as tx:
        for code in ("ONE", "TWO"):
            await make_promotion(tx, AmountOffOrder(500), code=code, total_limit=20)

    def attempt(buyer: UUID, codes: tuple[str, ...]) -> Attempt:
        async def place(tx: TenantTx) -> None:
            draft = order_draft(
                buyer, {variant: 1}, expected_total_minor=16_000, extras=Extras(codes)
            )
            await orders.place(tx, draft, SHOPPER)

        return place

    both = [("ONE", "TWO"), ("TWO", "ONE")]
    ended = await race(
        crowd, tenant, [attempt(each, both[at % 2]) for at, each in enumerate(buyers)]
    )
    assert ended["done"] == 20
    assert set(ended) <= {"done", "promotion_used_up", "total_changed"}


async def test_locks_in_the_order_of_typing_deadlock(crowd: Database, tenant: Tenant) -> None:
    """The negative control of the sorting."""
    async with crowd.tenant(tenant) as tx:
        ids = [(await make_promotion(tx, total_limit=5)).id for _ in range(2)]
    halfway = asyncio.Barrier(2)

    def takes(*wanted: UUID) -> Attempt:
        async def attempt(tx: TenantTx) -> None:
            await queries.take(tx, new_id(), new_id(), [(wanted[0], None, 1)])
            await halfway.wait()
            await queries.take(tx, new_id(), new_id(), [(wanted[1], None, 1)])

        return attempt

    ended = await race(crowd, tenant, [takes(*ids), takes(*reversed(ids))])
    assert ended == {"done": 1, "40P01": 1}


async def test_a_use_that_comes_back_while_we_wait_is_ours(crowd: Database, tenant: Tenant) -> None:
    variant, [first, second] = await variant_and_buyers(crowd, tenant, 2)
    async with crowd.tenant(tenant) as tx:
        await make_promotion(tx, AmountOffOrder(1_000), code="LAST", total_limit=1)
        order = await make_order(
            tx, lines={variant: 1}, customer_id=first, extras=Extras(("LAST",))
        )
    taken = asyncio.Event()

    async def cancels(tx: TenantTx) -> None:
        await orders.cancel(tx, order.id, STAFF, "")
        taken.set()
        await asyncio.sleep(0.2)

    async def takes(tx: TenantTx) -> None:
        await taken.wait()
        [use] = await queries.uses_of(tx, order.id)
        refused = await queries.take(tx, new_id(), second, [(use.promotion_id, None, 1)])
        assert not refused

    assert await race(crowd, tenant, [cancels, takes]) == {"done": 2}
    assert await held(crowd, tenant) == 1


# --- gift cards ---------------------------------------------------------------------------------


async def card_of(db: Database, tenant: Tenant, minor: int) -> UUID:
    async with db.tenant(tenant) as tx:
        [card] = await giftcards.issue(tx, Money(minor, "UAH"), STAFF)
    return card.id


async def balance_of(db: Database, tenant: Tenant, card_id: UUID) -> tuple[int, int]:
    """What the row says, and what its ledger adds up to."""
    async with db.tenant_read(tenant) as tx:
        row = await tx.scalar(select(GiftCard.balance_minor).where(GiftCard.id == card_id))
        moves = select(func.sum(GiftCardMove.delta_minor)).where(GiftCardMove.card_id == card_id)
        return int(row), int(await tx.scalar(moves))


async def test_20_orders_of_a_card_that_covers_10(crowd: Database, tenant: Tenant) -> None:
    """Property 16: 100.00 on the card, 20 × 10.00 at once."""
    card_id = await card_of(crowd, tenant, 10_000)

    async def attempt(tx: TenantTx) -> None:
        await giftcards.redeem(tx, card_id, new_id(), 1_000, SHOPPER)

    ended = await race(crowd, tenant, [attempt] * 20)
    assert ended == {"done": 10, "gift_card_spent": 10}
    assert await balance_of(crowd, tenant, card_id) == (0, 0)


async def test_reading_the_balance_first_overdraws(crowd: Database, tenant: Tenant) -> None:
    """The negative control: read, judge in the program, write back; with no CHECK to stop it."""
    card_id = await card_of(crowd, tenant, 10_000)
    async with crowd.tenant(tenant) as tx:
        await tx.execute(text("ALTER TABLE gift_card DROP CONSTRAINT ck_gift_card_balance_sane"))
    together = asyncio.Barrier(20)

    async def attempt(tx: TenantTx) -> None:
        found = await tx.scalar(select(GiftCard.balance_minor).where(GiftCard.id == card_id))
        await together.wait()
        if found >= 1_000:
            await tx.execute(
                update(GiftCard)
                .where(GiftCard.id == card_id)
                .values(balance_minor=GiftCard.balance_minor - 1_000)
            )

    assert await race(crowd, tenant, [attempt] * 20) == {"done": 20}
    async with crowd.tenant_read(tenant) as reading:
        assert await reading.scalar(select(GiftCard.balance_minor)) < 0


async def test_whole_orders_with_one_card(crowd: Database, tenant: Tenant) -> None:
    """The card covers two orders and a part: whoever is late is told, and nothing is half done."""
    variant, buyers = await variant_and_buyers(crowd, tenant, 12)
    card_id = await card_of(crowd, tenant, 40_000)

    def attempt(buyer: UUID) -> Attempt:
        async def place(tx: TenantTx) -> None:
            draft = order_draft(buyer, {variant: 1}, extras=Extras(gift_card_id=card_id))
            await orders.place(tx, draft, SHOPPER)

        return place

    ended = await race(crowd, tenant, [attempt(each) for each in buyers])
    assert set(ended) <= {"done", "gift_card_spent"}
    left, ledger = await balance_of(crowd, tenant, card_id)
    assert left == ledger >= 0
    async with crowd.tenant_read(tenant) as reading:
        paid = await reading.scalar(text("SELECT sum(gift_card_minor) FROM orders"))
        assert int(paid) == 40_000 - left
        assert await stock_of(reading, variant) == (1_000, ended["done"])


# --- points -------------------------------------------------------------------------------------


async def test_points_are_spent_once(crowd: Database, tenant: Tenant) -> None:
    async with crowd.tenant(tenant) as tx:
        buyer = (await make_customer(tx)).id
        await loyalty.adjust(tx, buyer, 1_000, STAFF, "gift")

    async def attempt(tx: TenantTx) -> None:
        await loyalty.spend(tx, buyer, new_id(), 300, SHOPPER)

    assert await race(crowd, tenant, [attempt] * 10) == {"done": 3, "points_spent": 7}
    async with crowd.tenant_read(tenant) as reading:
        assert await reading.scalar(select(PointAccount.balance)) == 100
        assert await reading.scalar(select(func.sum(PointMove.delta))) == 100
