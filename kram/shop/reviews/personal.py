"""What this slice keeps about people, as `Holder`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kram.kit.db.tx import TenantRead, TenantTx
from kram.shop.customers.holder import Erasure, Holder
from kram.shop.reviews import favourite_queries, queries
from kram.shop.reviews.events import ReviewPhotoRemoved
from kram.shop.reviews.models import Review
from kram.shop.reviews.service import take_out


async def _move(tx: TenantTx, from_id: UUID, to_id: UUID) -> None:
    """Of two reviews of one product the later one stays."""
    await favourite_queries.move(tx, from_id, to_id)
    kept: dict[UUID, Review] = {}
    for review in await queries.lock_reviews_of(tx, [from_id, to_id]):
        other = kept.get(review.product_id)
        if other is not None:
            older, review = sorted((other, review), key=lambda one: (one.updated_at, one.id))
            await take_out(tx, older)
        kept[review.product_id] = review
    for review in kept.values():
        review.customer_id = to_id
    await tx.flush()


async def _tell(tx: TenantRead, ids: Sequence[UUID]) -> Mapping[str, Any]:
    liked = await favourite_queries.liked_page(tx, ids, limit=10_000)
    return {
        "reviews": [
            {
                "product": item.product_title,
                "at": item.review.created_at,
                "stars": item.review.stars,
                "body": item.review.body,
                "state": item.review.state,
                "photos": len(item.review.photos),
                "reply": item.review.reply,
            }
            for item in await queries.reviews_of(tx, ids, limit=10_000)
        ],
        "favourites": [{"product": item.title, "at": item.liked_at} for item in liked.items],
    }


async def _erase(tx: TenantTx, erasure: Erasure) -> None:
    """Stars stay, signed by nobody, so that no rating changes; words only if the person wants."""
    await favourite_queries.drop_all(tx, erasure.ids)
    for review in await queries.lock_reviews_of(tx, erasure.ids):
        for photo in review.photos:
            tx.publish(ReviewPhotoRemoved(key=photo["key"]))
        review.author, review.photos, review.language = "", [], ""
        if not erasure.keeps_reviews:
            review.body = review.reply = review.fingerprint = ""
            review.replied_at = None
    await tx.flush()


HOLDER = Holder(tables=frozenset({"review", "favourite"}), move=_move, tell=_tell, erase=_erase)
