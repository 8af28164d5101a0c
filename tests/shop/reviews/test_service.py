"""Reviews from the first star to the shop's answer; the rating is always what is shown."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.catalog.models import ProductStatus
from kram.shop.customers.errors import ProfileErased
from kram.shop.orders.events import OrderDelivered
from kram.shop.orders.models import Order
from kram.shop.orders.service.step import facts
from kram.shop.reviews import favourite_queries, queries, service
from kram.shop.reviews.errors import NothingToReview, ReviewMissing, TooManyFavourites
from kram.shop.reviews.favourites import like, unlike
from kram.shop.reviews.models import ProductRating, Review, ReviewState
from kram.shop.reviews.rules import Hold, Photo, ReviewDraft
from kram.shop.reviews.tasks import mark_bought
from tests.factories.catalog import make_product
from tests.factories.people import make_past_order, make_person
from tests.statements import statements

pytestmark = pytest.mark.anyio

BODY = "A cup to be handed down for generations"


async def names(tx: TenantTx) -> list[str]:
    return [e.event.name for e in tx.pending_events if e.event.name.startswith("review.")]


async def rating(tx: TenantTx, product_id: UUID) -> tuple[int, int]:
    """(reviews, stars), which must be what the published reviews come to."""
    kept = await tx.get(ProductRating, product_id)
    if kept is not None:
        await tx.session.refresh(kept)
    counted = (
        await tx.execute(
            select(func.count(), func.coalesce(func.sum(Review.stars), 0)).where(
                Review.product_id == product_id, Review.state == ReviewState.PUBLISHED
            )
        )
    ).one()
    shown = (kept.reviews, kept.stars) if kept else (0, 0)
    assert shown == tuple(counted)
    return shown


async def buyer(tx: TenantTx, product_id: UUID) -> UUID:
    person = await make_person(tx)
    number = int(person.id.int % 2**60)
    await make_past_order(tx, person.id, at=tx.now, products=[product_id], number=number)
    return person.id


async def test_a_buyers_clean_review_is_shown_at_once(tx: TenantTx) -> None:
    product = await make_product(tx)
    customer = await buyer(tx, product.id)
    review = await service.write_review(
        tx, customer, product.id, ReviewDraft(stars=4, body=f" {BODY}\0 ", language="uk")
    )
    assert (review.state, review.is_bought, review.body) == ("published", True, BODY)
    assert (review.author, review.held_for, review.published_at) == ("Ivan F.", [], tx.now)
    assert await rating(tx, product.id) == (1, 4)
    assert await names(tx) == ["review.created.v1", "review.published.v1"]


async def test_words_of_who_did_not_buy_wait(tx: TenantTx) -> None:
    product, other = await make_product(tx), await make_product(tx)
    customer = await buyer(tx, other.id)
    review = await service.write_review(tx, customer, product.id, ReviewDraft(stars=1, body="Ok"))
    assert (review.state, review.is_bought) == ("pending", False)
    assert review.held_for == [Hold.NOT_BOUGHT]
    assert await rating(tx, product.id) == (0, 0)
    assert await names(tx) == ["review.created.v1"]


async def test_writing_again_changes_the_one_review(tx: TenantTx) -> None:
    product = await make_product(tx)
    customer = await buyer(tx, product.id)
    photos = (Photo("a", 1, 1), Photo("b", 1, 1))
    first = ReviewDraft(stars=2, body=BODY, photos=photos)
    review = await service.write_review(tx, customer, product.id, first)
    again = ReviewDraft(stars=5, body=BODY, photos=photos[1:])
    same = await service.write_review(tx, customer, product.id, again)
    assert same.id == review.id
    assert await rating(tx, product.id) == (1, 5)
    removed = [e.event for e in tx.pending_events if e.event.name == "review.photo_removed.v1"]
    assert [event.key for event in removed] == ["a"]  # type: ignore[attr-defined]
    spoilt = ReviewDraft(stars=5, body="see www.spam")
    assert (await service.write_review(tx, customer, product.id, spoilt)).state == "pending"
    assert await rating(tx, product.id) == (0, 0)


async def test_a_person_decides_and_may_think_again(tx: TenantTx) -> None:
    product = await make_product(tx)
    customer = (await make_person(tx)).id
    review = await service.write_review(tx, customer, product.id, ReviewDraft(stars=3, body=BODY))
    for act, expected in (
        (service.publish, (1, 3)),
        (service.publish, (1, 3)),
        (service.reject, (0, 0)),
        (service.reject, (0, 0)),
        (service.publish, (1, 3)),
    ):
        await act(tx, review.id)
        assert await rating(tx, product.id) == expected
    assert await names(tx) == [
        "review.created.v1",
        "review.published.v1",
        "review.rejected.v1",
        "review.published.v1",
    ]


async def test_haste_and_copies_wait(tx: TenantTx) -> None:
    goods = [await make_product(tx) for _ in range(5)]
    customer = (await make_person(tx)).id
    for product in goods[:3]:
        await service.write_review(tx, customer, product.id, ReviewDraft(stars=5))
    hasty = await service.write_review(tx, customer, goods[3].id, ReviewDraft(stars=5))
    assert hasty.held_for == [Hold.HASTE]
    tx.now += timedelta(hours=1)
    calm = await service.write_review(tx, customer, goods[4].id, ReviewDraft(stars=5, body=BODY))
    other = (await make_person(tx)).id
    copied = await service.write_review(tx, other, goods[4].id, ReviewDraft(stars=5, body=BODY))
    assert (Hold.COPY in calm.held_for, Hold.COPY in copied.held_for) == (False, True)


async def test_an_order_that_arrives_later_marks_what_was_said(tx: TenantTx) -> None:
    product = await make_product(tx)
    person, other = await make_person(tx), await make_person(tx)
    order_id = await make_past_order(
        tx, person.id, at=tx.now, products=[product.id], number=1, status="shipped"
    )
    said = await service.write_review(tx, person.id, product.id, ReviewDraft(stars=5))
    others = await service.write_review(tx, other.id, product.id, ReviewDraft(stars=5))
    order = await tx.get(Order, order_id)
    assert order is not None
    await mark_bought(tx, OrderDelivered(**facts(order)))
    for review in (said, others):
        await tx.session.refresh(review)
    assert (said.is_bought, others.is_bought) == (True, False)


async def test_the_shop_answers_and_takes_it_back(tx: TenantTx) -> None:
    product = await make_product(tx)
    review = await service.write_review(
        tx, (await make_person(tx)).id, product.id, ReviewDraft(stars=5)
    )
    await service.reply(tx, review.id, " Thank you ")
    assert (review.reply, review.replied_at) == ("Thank you", tx.now)
    await service.reply(tx, review.id, "")
    assert (review.reply, review.replied_at) == ("", None)
    with pytest.raises(InvalidInput):
        await service.reply(tx, review.id, "x" * 2001)


async def test_what_cannot_be_reviewed_is_refused(tx: TenantTx) -> None:
    person = await make_person(tx)
    draft = await make_product(tx, status=ProductStatus.DRAFT)
    for product_id in (new_id(), draft.id):
        with pytest.raises(NothingToReview):
            await service.write_review(tx, person.id, product_id, ReviewDraft(stars=5))
        with pytest.raises(NothingToReview):
            await like(tx, person.id, product_id)
    for act in (service.publish, service.reject):
        with pytest.raises(ReviewMissing):
            await act(tx, new_id())
    gone = await make_person(tx, erased_at=tx.now)
    product = await make_product(tx)
    with pytest.raises(ProfileErased):
        await service.write_review(tx, gone.id, product.id, ReviewDraft(stars=5))
    assert await rating(tx, product.id) == (0, 0)


async def test_a_removed_review_leaves_the_rating(tx: TenantTx) -> None:
    product = await make_product(tx)
    people = [(await make_person(tx)).id for _ in range(2)]
    for person, stars in zip(people, (2, 5), strict=True):
        await service.write_review(tx, person, product.id, ReviewDraft(stars=stars))
    await service.remove_own(tx, people[0], product.id)
    await service.remove_own(tx, people[0], product.id)
    assert await rating(tx, product.id) == (1, 5)


# --- lists ------------------------------------------------------------------------------------


async def test_pages_go_through_what_is_shown_once(
    db: Database, tx: TenantTx, other_tenant: Tenant
) -> None:
    product = await make_product(tx)
    made = set()
    for number in range(5):
        tx.now += timedelta(minutes=1)
        person = (await make_person(tx)).id
        draft = ReviewDraft(stars=1 + number % 2)
        made.add((await service.write_review(tx, person, product.id, draft)).id)
    first = await queries.published_page(tx, product.id, limit=3)
    second = await queries.published_page(tx, product.id, limit=3, cursor=first.next_cursor)
    assert {review.id for review in [*first.items, *second.items]} == made
    assert second.next_cursor is None
    ones = await queries.published_page(tx, product.id, stars=1)
    assert [review.stars for review in ones.items] == [1, 1, 1]
    with statements(db) as sent:
        await queries.queue_page(tx, state=ReviewState.PUBLISHED)
        await queries.ratings(tx, [product.id])
    assert len(sent) == 2
    async with db.tenant_read(other_tenant) as theirs:
        assert (await queries.queue_page(theirs)).items == []


async def test_what_waits_longest_is_looked_at_first(tx: TenantTx) -> None:
    product = await make_product(tx, title="Cup")
    made = []
    for _ in range(3):
        tx.now += timedelta(minutes=1)
        person = (await make_person(tx)).id
        draft = ReviewDraft(stars=5, body="see www.x")
        made.append((await service.write_review(tx, person, product.id, draft)).id)
    page = await queries.queue_page(tx, state=ReviewState.PENDING, limit=2)
    rest = await queries.queue_page(tx, state=ReviewState.PENDING, limit=2, cursor=page.next_cursor)
    assert [item.review.id for item in [*page.items, *rest.items]] == made
    assert page.items[0].product_title == "Cup"
    assert (await queries.count_by_state(tx))[ReviewState.PENDING] == 3


# --- favourites -------------------------------------------------------------------------------


async def test_a_favourite_is_one_however_often_it_is_tapped(tx: TenantTx) -> None:
    person, other = await make_person(tx), await make_person(tx)
    product, second = await make_product(tx, title="Cup"), await make_product(tx)
    for _ in range(2):
        await like(tx, person.id, product.id)
    await like(tx, other.id, product.id)
    tx.now += timedelta(minutes=1)
    await like(tx, person.id, second.id)
    assert await favourite_queries.liked_ids(tx, person.id) == [second.id, product.id]
    assert await favourite_queries.how_often(tx, [product.id, second.id]) == {
        product.id: 2,
        second.id: 1,
    }
    assert (await favourite_queries.most_liked(tx))[0] == (product.id, "Cup", 2)
    page = await favourite_queries.liked_page(tx, [person.id], limit=1)
    rest = await favourite_queries.liked_page(tx, [person.id], cursor=page.next_cursor)
    assert [item.product_id for item in [*page.items, *rest.items]] == [second.id, product.id]
    assert (page.items[0].lowest, page.items[0].currency, page.items[0].is_sold) == (
        12_500,
        "UAH",
        True,
    )
    for _ in range(2):
        await unlike(tx, person.id, product.id)
    assert await favourite_queries.liked_ids(tx, person.id) == [second.id]


async def test_too_many_favourites_are_refused(
    tx: TenantTx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kram.shop.reviews.favourites.MOST_FAVOURITES", 1)
    person = await make_person(tx)
    await like(tx, person.id, (await make_product(tx)).id)
    with pytest.raises(TooManyFavourites):
        await like(tx, person.id, (await make_product(tx)).id)
    assert await favourite_queries.count_of(tx, person.id) == 1
