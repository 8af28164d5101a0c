"""Two profiles become one: everything moves, once, and nothing without a proof."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kram.integrations.people.joining import ask_to_join, join
from kram.integrations.people.tasks import join_matched
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.shop.customers import book_queries, identity_queries
from kram.shop.customers.errors import ProfilesDiffer, SameProfile
from kram.shop.customers.events import CustomerMerged, MatchFound, MergeRequested
from kram.shop.customers.models import Channel, Customer, IdentityKind, Purpose
from kram.shop.customers.service import (
    AddressDraft,
    ProfileChange,
    add_address,
    add_note,
    change_profile,
    living,
    prove,
    remember,
    set_consent,
)
from kram.shop.loyalty import service as loyalty
from kram.shop.orders.desk.queries import customer_by_phone
from kram.shop.orders.queries import orders_page
from kram.shop.reviews import favourite_queries
from kram.shop.reviews.favourites import like
from kram.shop.reviews.queries import ratings, reviews_of
from kram.shop.reviews.rules import ReviewDraft
from kram.shop.reviews.service import write_review
from kram.tenants.actor import Actor
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer, telegram_user
from tests.factories.inventory import STAFF
from tests.factories.people import SHOPPER, make_past_order, make_person

pytestmark = pytest.mark.anyio

PHONE = "+380441234567"
SYSTEM = Actor.system("join")


def told(tx: TenantTx, *kinds: type) -> list[str]:
    names = [kind.name for kind in kinds]  # type: ignore[attr-defined]
    return [event.event.name for event in tx.pending_events if event.event.name in names]


async def two(tx: TenantTx) -> tuple[Customer, Customer]:
    """An older one without Telegram, and a younger one who came with it."""
    older = await make_person(tx, name="Ivan", created_at=tx.now - timedelta(days=9))
    return older, await make_customer(tx)


async def test_everything_moves_to_the_older_profile(tx: TenantTx) -> None:
    older, younger = await two(tx)
    account = younger.telegram_id
    product, other = await make_product(tx), await make_product(tx)
    order = await make_past_order(tx, younger.id, at=tx.now, number=1, captured=5_000)
    draft = AddressDraft(recipient="I", phone=PHONE, city="Lviv", line="Rynok 1")
    await add_address(tx, older.id, draft)
    await add_address(tx, younger.id, draft)
    await add_note(tx, younger.id, "Likes blue", STAFF)
    await like(tx, older.id, product.id)
    await like(tx, younger.id, product.id)
    await like(tx, younger.id, other.id)
    await set_consent(
        tx,
        younger.id,
        Channel.TELEGRAM,
        Purpose.MARKETING,
        granted=True,
        source="bot",
        actor=SHOPPER,
    )
    younger.tags = ["vip"]
    assert await join(tx, younger.id, older.id, SYSTEM) == older.id
    await tx.flush()
    assert [o.id for o in (await orders_page(tx, customer_id=older.id)).items] == [order]
    addresses = await book_queries.addresses_of(tx, [older.id])
    assert [address.is_default for address in addresses] == [True, False]
    assert [note.body for note in await book_queries.notes_of(tx, [older.id])] == ["Likes blue"]
    assert set(await favourite_queries.liked_ids(tx, older.id)) == {product.id, other.id}
    assert older.consents == ["telegram:marketing"]
    await tx.session.refresh(older)
    assert (older.telegram_id, older.tags, older.orders_count) == (account, ["vip"], 1)
    assert older.spent_minor == 5_000
    assert (younger.name, younger.phone, younger.telegram_id) == ("", None, None)
    assert younger.merged_into == older.id
    assert await living(tx, younger.id) == older.id


async def test_joining_again_changes_nothing(tx: TenantTx) -> None:
    older, younger = await two(tx)
    for pair in ((older.id, younger.id), (younger.id, older.id), (younger.id, younger.id)):
        assert await join(tx, *pair, SYSTEM) == older.id
    assert told(tx, CustomerMerged) == ["customer.merged.v1"]
    kinds = [step.kind for step in await book_queries.steps_of(tx, [older.id, younger.id])]
    assert kinds == ["merged"]


async def test_a_chain_leads_in_one_step(tx: TenantTx) -> None:
    oldest = await make_person(tx, created_at=tx.now - timedelta(days=30))
    older, younger = await two(tx)
    await join(tx, older.id, younger.id, SYSTEM)
    await join(tx, older.id, oldest.id, SYSTEM)
    await tx.session.refresh(younger)
    assert (older.merged_into, younger.merged_into) == (oldest.id, oldest.id)
    assert set(await identity_queries.known_as(tx, oldest.id)) == {oldest.id, older.id, younger.id}


async def test_the_account_that_was_joined_signs_in_to_the_one_that_is_left(tx: TenantTx) -> None:
    user = telegram_user()
    one, two_ = await make_customer(tx), await make_customer(tx, user)
    await join(tx, one.id, two_.id, STAFF, by_staff=True)
    assert two_.telegram_id == user.id
    assert (await remember(tx, user, "uk")).id == one.id


async def test_the_later_of_two_reviews_stays_and_the_rating_is_right(tx: TenantTx) -> None:
    older, younger = await two(tx)
    product = await make_product(tx)
    await write_review(tx, older.id, product.id, ReviewDraft(stars=1))
    tx.now += timedelta(minutes=1)
    await write_review(tx, younger.id, product.id, ReviewDraft(stars=5))
    await join(tx, older.id, younger.id, SYSTEM)
    [kept] = await reviews_of(tx, [older.id])
    rating = (await ratings(tx, [product.id]))[product.id]
    assert (kept.review.stars, rating.reviews, rating.stars) == (5, 1, 5)


# --- what joins -------------------------------------------------------------------------------


async def test_a_typed_phone_joins_nothing(tx: TenantTx) -> None:
    older, younger = await two(tx)
    for person in (older, younger):
        await change_profile(tx, person.id, ProfileChange(phone=PHONE, email="a@b.ua"))
    assert told(tx, MatchFound) == []


async def test_a_proved_phone_joins_two_profiles(tx: TenantTx) -> None:
    older, younger = await two(tx)
    await prove(tx, older.id, IdentityKind.PHONE, PHONE, "import", STAFF)
    await prove(tx, younger.id, IdentityKind.PHONE, "+380 44 123-45-67", "bot", SHOPPER)
    assert told(tx, MatchFound) == ["customer.match_found.v1"]
    await join_matched(tx, MatchFound(customer_id=younger.id, other_id=older.id))
    assert younger.merged_into == older.id
    await prove(tx, younger.id, IdentityKind.PHONE, PHONE, "bot", SHOPPER)
    assert told(tx, MatchFound) == ["customer.match_found.v1"]


async def test_a_number_that_changed_hands_goes_to_who_proved_it_last(tx: TenantTx) -> None:
    before, after = await make_customer(tx), await make_customer(tx)
    await prove(tx, before.id, IdentityKind.PHONE, PHONE, "bot", SHOPPER)
    await prove(tx, after.id, IdentityKind.PHONE, PHONE, "bot", SHOPPER)
    assert told(tx, MatchFound) == []
    assert [row.value for row in await identity_queries.identities_of(tx, [after.id])] == [PHONE]
    assert await identity_queries.identities_of(tx, [before.id]) == []
    assert await join(tx, before.id, after.id, SYSTEM) in (before.id, after.id)
    assert before.merged_into is None
    assert after.merged_into is None


@pytest.mark.parametrize("value", ["", "123", "phone", "+38044", "+380441234567890123", "\0"])
async def test_what_is_no_number_proves_nothing(tx: TenantTx, value: str) -> None:
    person = await make_person(tx)
    with pytest.raises(InvalidInput):
        await prove(tx, person.id, IdentityKind.PHONE, value, "bot", SHOPPER)
    assert await identity_queries.identities_of(tx, [person.id]) == []


async def test_the_staffs_order_goes_to_whose_number_was_proved(tx: TenantTx) -> None:
    stranger, owner = await two(tx)
    await change_profile(tx, stranger.id, ProfileChange(phone=PHONE))
    assert await customer_by_phone(tx, PHONE) is None
    await prove(tx, owner.id, IdentityKind.PHONE, PHONE, "bot", SHOPPER)
    assert await customer_by_phone(tx, "+380 (44) 123 45 67") == owner.id
    assert await customer_by_phone(tx, "044") is None


# --- the staff --------------------------------------------------------------------------------


async def test_the_staff_asks_and_a_worker_joins(tx: TenantTx) -> None:
    older, younger = await two(tx)
    await ask_to_join(tx, younger.id, older.id, STAFF)
    assert told(tx, MergeRequested) == ["customer.merge_requested.v1"]
    with pytest.raises(SameProfile):
        await ask_to_join(tx, younger.id, younger.id, STAFF)


async def test_an_erased_profile_is_joined_with_nobody(tx: TenantTx) -> None:
    older, younger = await two(tx)
    older.erased_at = tx.now
    await tx.flush()
    with pytest.raises(Exception, match="erased"):
        await join(tx, older.id, younger.id, STAFF, by_staff=True)
    assert ProfilesDiffer.code == "profiles_differ"
    assert younger.merged_into is None


async def test_points_and_promotions_move_along(tx: TenantTx) -> None:
    older, younger = await two(tx)
    for person, balance in ((older, 5), (younger, 7)):
        await tx.execute(
            text("INSERT INTO point_account (customer_id, balance) VALUES (:id, :balance)"),
            {"id": person.id, "balance": balance},
        )
    await join(tx, older.id, younger.id, SYSTEM)
    rows = await tx.execute(text("SELECT customer_id, balance FROM point_account"))
    assert {tuple(row) for row in rows} == {(older.id, 12), (younger.id, 0)}
    moves = await tx.execute(text("SELECT customer_id, delta FROM point_move"))
    assert {tuple(row) for row in moves} == {(older.id, 7), (younger.id, -7)}


async def test_points_spent_before_come_back_to_the_profile_that_is_left(tx: TenantTx) -> None:
    older, younger = await two(tx)
    order = await make_past_order(tx, younger.id, at=tx.now, status="placed", number=9)
    await loyalty.adjust(tx, younger.id, 10, STAFF, "")
    await loyalty.spend(tx, younger.id, order, 4, SHOPPER)
    await join(tx, older.id, younger.id, SYSTEM)
    await loyalty.give_back(tx, order, STAFF)
    await tx.flush()
    assert await loyalty.balance(tx, older.id) == 10
    assert await loyalty.balance(tx, younger.id) == 0
