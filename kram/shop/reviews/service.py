"""Write a review, look at it, answer it."""

from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.customers.service import living
from kram.shop.reviews import queries
from kram.shop.reviews.errors import NothingToReview, ReviewMissing
from kram.shop.reviews.events import (
    ReviewCreated,
    ReviewEdited,
    ReviewPhotoRemoved,
    ReviewPublished,
    ReviewRejected,
    ReviewReplied,
)
from kram.shop.reviews.models import Review, ReviewState
from kram.shop.reviews.rules import (
    HASTE,
    Circumstances,
    ReviewDraft,
    checked,
    fingerprint,
    holds,
    signed,
)

_LONGEST_REPLY = 2000


async def write_review(
    tx: TenantTx, customer_id: UUID, product_id: UUID, draft: ReviewDraft
) -> Review:
    """The customer's one review of the product, new or changed; shown at once if no rule holds it.

    The customer has a profile. Raises: NothingToReview, InvalidInput, ProfileErased.
    """
    draft = checked(draft)
    customer_id = await living(tx, customer_id)
    if not await queries.may_be_reviewed(tx, product_id):
        raise NothingToReview
    values = await _judged(tx, customer_id, product_id, draft)
    review_id = new_id()
    fixed = {"id": review_id, "product_id": product_id, "customer_id": customer_id}
    if await queries.insert_review(tx, {**values, **fixed, "created_at": tx.now}):
        review = await _locked(tx, review_id)
        tx.publish(ReviewCreated(**facts(review)))
        await _renew_rating(tx, review, was=None)
    else:
        review = await _edit(tx, customer_id, product_id, values)
    return review


async def _judged(
    tx: TenantTx, customer_id: UUID, product_id: UUID, draft: ReviewDraft
) -> dict[str, Any]:
    mark = fingerprint(draft.body)
    around = Circumstances(
        is_bought=await queries.has_bought(tx, customer_id, product_id),
        recent=await queries.count_recent(tx, customer_id, tx.now - HASTE, product_id),
        is_copy=await queries.is_copy(tx, mark, customer_id, product_id),
    )
    held_for = [str(hold) for hold in holds(draft, around)]
    return {
        "author": signed(await queries.author_name(tx, customer_id)),
        "stars": draft.stars,
        "body": draft.body,
        "language": draft.language,
        "photos": msgspec.to_builtins(draft.photos),
        "is_bought": around.is_bought,
        "state": ReviewState.PENDING if held_for else ReviewState.PUBLISHED,
        "held_for": held_for,
        "fingerprint": mark,
        "updated_at": tx.now,
        "published_at": None if held_for else tx.now,
    }


async def _edit(
    tx: TenantTx, customer_id: UUID, product_id: UUID, values: dict[str, Any]
) -> Review:
    review = await queries.review_by(tx, product_id, customer_id, lock=True)
    if review is None:  # it was removed between the two statements
        raise ReviewMissing
    was = published_stars(review)
    kept = {photo["key"] for photo in values["photos"]}
    _drop_photos(tx, [photo["key"] for photo in review.photos if photo["key"] not in kept])
    for name, value in values.items():
        setattr(review, name, value)
    await tx.flush()
    tx.publish(ReviewEdited(**facts(review)))
    await _renew_rating(tx, review, was=was)
    return review


async def publish(tx: TenantTx, review_id: UUID) -> Review:
    """Shown already: nothing happens. Raises: ReviewMissing."""
    return await _decide(tx, review_id, ReviewState.PUBLISHED)


async def reject(tx: TenantTx, review_id: UUID) -> Review:
    """Kept, and seen by its author alone. Raises: ReviewMissing."""
    return await _decide(tx, review_id, ReviewState.REJECTED)


async def _decide(tx: TenantTx, review_id: UUID, state: ReviewState) -> Review:
    review = await _locked(tx, review_id)
    if review.state == state:
        return review
    was = published_stars(review)
    review.state = state
    review.published_at = tx.now if state is ReviewState.PUBLISHED else None
    await tx.flush()
    if state is ReviewState.REJECTED:
        tx.publish(ReviewRejected(**facts(review)))
    await _renew_rating(tx, review, was=was)
    return review


async def reply(tx: TenantTx, review_id: UUID, words: str) -> Review:
    """The shop's public answer; an empty one takes it back. Raises: ReviewMissing, InvalidInput."""
    told = words.replace("\0", "").strip()
    if len(told) > _LONGEST_REPLY:
        detail = gettext_noop("Write up to 2,000 letters")
        raise InvalidInput(errors=[FieldError("/reply", "too_long", detail)])
    review = await _locked(tx, review_id)
    if review.reply != told:
        review.reply, review.replied_at = told, tx.now if told else None
        if told:
            tx.publish(ReviewReplied(**facts(review)))
    return review


async def remove_own(tx: TenantTx, customer_id: UUID, product_id: UUID) -> None:
    """Nothing if there is none. Raises: ProfileErased."""
    customer_id = await living(tx, customer_id)
    review = await queries.review_by(tx, product_id, customer_id, lock=True)
    if review is not None:
        await take_out(tx, review)


async def take_out(tx: TenantTx, review: Review) -> None:
    """For good, with its photos; the row must be locked."""
    _drop_photos(tx, [photo["key"] for photo in review.photos])
    await queries.add_to_rating(tx, review.product_id, gone=published_stars(review), come=None)
    await queries.drop_review(tx, review.id)
    tx.session.expunge(review)


def _drop_photos(tx: TenantTx, keys: list[str]) -> None:
    for key in keys:
        tx.publish(ReviewPhotoRemoved(key=key))


async def _renew_rating(tx: TenantTx, review: Review, *, was: int | None) -> None:
    now = published_stars(review)
    await queries.add_to_rating(tx, review.product_id, gone=was, come=now)
    if was is None and now is not None:
        tx.publish(ReviewPublished(**facts(review)))


def published_stars(review: Review) -> int | None:
    """What it adds to the rating; None while it is not shown."""
    return review.stars if review.state == ReviewState.PUBLISHED else None


async def _locked(tx: TenantTx, review_id: UUID) -> Review:
    review = await tx.get(Review, review_id, lock=True)
    if review is None:
        raise ReviewMissing
    return review


def facts(review: Review) -> dict[str, Any]:
    """The fields that every `ReviewEvent` carries."""
    return {
        "review_id": review.id,
        "product_id": review.product_id,
        "customer_id": review.customer_id,
        "stars": review.stars,
        "state": review.state,
        "is_bought": review.is_bought,
    }
