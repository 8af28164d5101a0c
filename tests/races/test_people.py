"""Many at once, on one person and on one rating; each with its guard off."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from kram.integrations.people.erasing import erase
from kram.integrations.people.joining import join
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.shop.customers.errors import EraseRefused, ProfileErased
from kram.shop.customers.models import Customer, IdentityKind
from kram.shop.customers.service import living, prove
from kram.shop.orders import service as orders
from kram.shop.orders.models import Order
from kram.shop.reviews import queries
from kram.shop.reviews.models import ProductRating, Review
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import publish, write_review
from kram.tenants.actor import Actor
from tests.factories.catalog import make_product, make_variant
from tests.factories.inventory import STAFF
from tests.factories.orders import SHOPPER, order_draft
from tests.factories.people import make_person

pytestmark = pytest.mark.anyio

SYSTEM = Actor.system("join")
Living = Callable[[TenantTx, UUID], Awaitable[UUID]]


async def by_trust(_tx: TenantTx, customer_id: UUID) -> UUID:
    """The guard off: a session's id is taken for who it was."""
    return customer_id


async def two(db: Database, tenant: Tenant) -> tuple[UUID, UUID]:
    async with db.tenant(tenant) as tx:
        older = await make_person(tx, created_at=tx.now - timedelta(days=1))
        return older.id, (await make_person(tx)).id


async def shop_as(
    db: Database, tenant: Tenant, customer_id: UUID, variant_id: UUID, who: Living
) -> None:
    async with db.tenant(tenant) as tx:
        buyer = await who(tx, customer_id)
        await asyncio.sleep(0.1)  # looks at the cart once more
        await orders.place(tx, order_draft(buyer, {variant_id: 1}), SHOPPER)


async def merge_while_shopping(db: Database, tenant: Tenant, who: Living) -> list[UUID]:
    """Both profiles shop while they are joined, by several workers; whose the orders are."""
    older, younger = await two(db, tenant)
    async with db.tenant(tenant) as tx:
        variant_id = await make_variant(tx, stock=40)

    async def merge(after: float) -> None:
        await asyncio.sleep(after)
        for _ in range(10):  # as the relay would: whoever waited too long for a lock comes again
            with suppress(DBAPIError):
                async with db.tenant(tenant) as tx:
                    await join(tx, younger, older, SYSTEM)
                return
        raise AssertionError("ten times too late")

    async def shop(person: UUID, after: float) -> None:
        await asyncio.sleep(after)
        await shop_as(db, tenant, person, variant_id, who)

    await asyncio.gather(
        *(merge(after / 50) for after in range(3)),
        *(shop(person, after / 100) for person in (older, younger) for after in range(10)),
    )
    async with db.tenant_read(tenant) as tx:
        owners = list(await tx.scalars(select(Order.customer_id)))
    assert len(owners) == 20
    return [owner for owner in owners if owner != older]


async def test_no_order_is_left_behind_by_a_merge(db: Database, tenant: Tenant) -> None:
    assert await merge_while_shopping(db, tenant, living) == []


async def test_without_asking_who_lives_orders_are_left_behind(
    db: Database, tenant: Tenant
) -> None:
    """The negative control."""
    assert await merge_while_shopping(db, tenant, by_trust) != []


async def test_merges_in_both_directions_leave_one(db: Database, tenant: Tenant) -> None:
    older, younger = await two(db, tenant)

    async def merge(one: UUID, other: UUID) -> UUID:
        async with db.tenant(tenant) as tx:
            return await join(tx, one, other, SYSTEM)

    pairs = [(older, younger), (younger, older)] * 10
    assert set(await asyncio.gather(*(merge(*pair) for pair in pairs))) == {older}
    async with db.tenant_read(tenant) as tx:
        merges = await tx.scalar(text("SELECT count(*) FROM customer_step WHERE kind = 'merged'"))
    assert merges == 1


async def test_one_number_proved_by_many_is_one_row(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        people = [(await make_person(tx)).id for _ in range(10)]

    async def claim(person: UUID) -> None:
        async with db.tenant(tenant) as tx:
            await prove(tx, person, IdentityKind.PHONE, "+380441234567", "bot", SHOPPER)

    await asyncio.gather(*(claim(person) for person in people))
    async with db.tenant_read(tenant) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM customer_identity")) == 1


async def erase_while_shopping(db: Database, tenant: Tenant, who: Living) -> tuple[bool, int]:
    """(erased, orders) of a person who orders and asks to be forgotten in the same moment."""
    async with db.tenant(tenant) as tx:
        person = (await make_person(tx)).id
        variant_id = await make_variant(tx, stock=1)

    async def forget() -> bool:
        await asyncio.sleep(0.003)
        try:
            async with db.tenant(tenant) as tx:
                await erase(tx, person, STAFF, keeps_reviews=False)
        except EraseRefused:
            return False
        return True

    async def shop() -> bool:
        try:
            await shop_as(db, tenant, person, variant_id, who)
        except ProfileErased:
            return False
        return True

    erased, _ = await asyncio.gather(forget(), shop())
    async with db.tenant_read(tenant) as tx:
        count = await tx.scalar(
            select(func.count()).select_from(Order).where(Order.customer_id == person)
        )
    return erased, int(count)


async def test_who_orders_in_that_moment_is_not_erased(db: Database, tenant: Tenant) -> None:
    for _ in range(10):
        erased, count = await erase_while_shopping(db, tenant, living)
        assert (erased, count) in {(True, 0), (False, 1)}


async def test_without_asking_who_lives_the_forgotten_have_orders(
    db: Database, tenant: Tenant
) -> None:
    """The negative control."""
    seen = [await erase_while_shopping(db, tenant, by_trust) for _ in range(10)]
    assert (True, 1) in seen


# --- ratings ----------------------------------------------------------------------------------

CROWD = 50


async def crowd_reviews(db: Database, tenant: Tenant) -> tuple[tuple[int, int], tuple[int, int]]:
    """50 customers give their stars at once: (what is kept, what it should be)."""
    async with db.tenant(tenant) as tx:
        product_id = (await make_product(tx)).id
        people = [(await make_person(tx)).id for _ in range(CROWD)]

    async def say(person: UUID, stars: int) -> None:
        async with db.tenant(tenant) as tx:
            await write_review(tx, person, product_id, ReviewDraft(stars=stars))

    stars = [1 + number % 5 for number in range(CROWD)]
    await asyncio.gather(*(say(*pair) for pair in zip(people, stars, strict=True)))
    async with db.tenant_read(tenant) as tx:
        kept = await tx.get(ProductRating, product_id)
        assert kept is not None
        return (kept.reviews, kept.stars), (CROWD, sum(stars))


async def test_fifty_reviews_at_once_are_all_in_the_rating(db: Database, tenant: Tenant) -> None:
    kept, right = await crowd_reviews(db, tenant)
    assert kept == right


async def test_a_rating_that_is_read_then_written_loses_stars(
    db: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: counted in Python between two statements."""
    columns = ("ones", "twos", "threes", "fours", "fives")

    async def read_then_write(
        tx: TenantTx, product_id: UUID, *, gone: int | None, come: int | None
    ) -> None:
        assert gone is None
        assert come is not None
        rating = await tx.get(ProductRating, product_id)
        now = {name: getattr(rating, name, 0) for name in columns}
        now[columns[come - 1]] += 1
        values = {
            "p": product_id,
            "n": sum(now.values()),
            "s": sum((place + 1) * now[name] for place, name in enumerate(columns)),
            **now,
        }
        await asyncio.sleep(0)
        await tx.execute(
            text(
                "INSERT INTO product_rating VALUES (:p, :n, :s, :ones, :twos, :threes, :fours,"
                " :fives) ON CONFLICT (product_id) DO UPDATE SET reviews = :n, stars = :s,"
                " ones = :ones, twos = :twos, threes = :threes, fours = :fours, fives = :fives"
            ),
            values,
        )

    monkeypatch.setattr(queries, "add_to_rating", read_then_write)
    kept, right = await crowd_reviews(db, tenant)
    assert kept[0] < right[0]


async def test_twenty_devices_write_one_review(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        product_id = (await make_product(tx)).id
        person = (await make_person(tx)).id

    async def say(stars: int) -> None:
        async with db.tenant(tenant) as tx:
            await write_review(tx, person, product_id, ReviewDraft(stars=stars))

    await asyncio.gather(*(say(1 + number % 5) for number in range(20)))
    async with db.tenant_read(tenant) as tx:
        [review] = list(await tx.scalars(select(Review)))
        kept = await tx.get(ProductRating, product_id)
        assert kept is not None
        assert (kept.reviews, kept.stars) == (1, review.stars)


async def test_ten_moderators_publish_once(db: Database, tenant: Tenant) -> None:
    async with db.tenant(tenant) as tx:
        product_id = (await make_product(tx)).id
        person: Customer = await make_person(tx)
        review = await write_review(tx, person.id, product_id, ReviewDraft(stars=4, body="www.x"))

    async def approve() -> None:
        async with db.tenant(tenant) as tx:
            await publish(tx, review.id)

    await asyncio.gather(*(approve() for _ in range(10)))
    async with db.tenant_read(tenant) as tx:
        kept = await tx.get(ProductRating, product_id)
        assert kept is not None
        assert (kept.reviews, kept.stars) == (1, 4)
