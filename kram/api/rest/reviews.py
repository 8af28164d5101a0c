"""Reviews: the queue, and what the shop says to them."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Cursor, Input, Limit
from kram.api.rest.services import RestServices, ServicesHere
from kram.api.rest.views.people import PhotoView, RatingView, ReviewPage, ReviewView
from kram.kit.db.tx import TenantRead
from kram.kit.images import WIDTHS, picture_key
from kram.kit.pagination import page_size
from kram.shop.catalog.errors import ProductMissing
from kram.shop.catalog.models import Product
from kram.shop.reviews import favourite_queries, queries, service
from kram.shop.reviews.errors import ReviewMissing
from kram.shop.reviews.models import ReviewState
from kram.shop.reviews.queries import Listed
from kram.tenants.permissions import Permission

_VIEW = needs(Permission.CATALOG_VIEW)
_MODERATE = needs(Permission.REVIEWS_MODERATE)
_ONE = "/reviews/{review_id:uuid}"


class Reply(Input, frozen=True):
    """Everybody reads it; an empty one takes it back."""

    reply: Annotated[str, msgspec.Meta(max_length=2000, pattern=NO_NUL)]


@get("/reviews", opt=_VIEW)
async def list_reviews(
    desk: DeskHere,
    services: ServicesHere,
    cursor: Cursor = None,
    limit: Limit = None,
    status: FromQuery[ReviewState | None] = None,
    product_id: FromQuery[UUID | None] = None,
) -> ReviewPage:
    """The newest first; those that wait (`pending`) the oldest first."""
    async with services.db.tenant_read(desk.tenant) as tx:
        page = await queries.queue_page(
            tx, state=status, product_id=product_id, cursor=cursor, limit=page_size(limit)
        )
    return ReviewPage([_shown(item, services) for item in page.items], page.next_cursor)


@post(f"{_ONE}/publish", opt=_MODERATE, status_code=200)
async def publish_review(
    desk: DeskHere, services: ServicesHere, review_id: FromPath[UUID]
) -> ReviewView:
    """Repeated, it answers the review as it is."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.publish(tx, review_id)
        return await _one(tx, review_id, services)


@post(f"{_ONE}/reject", opt=_MODERATE, status_code=200)
async def reject_review(
    desk: DeskHere, services: ServicesHere, review_id: FromPath[UUID]
) -> ReviewView:
    """Nobody but its author sees it."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.reject(tx, review_id)
        return await _one(tx, review_id, services)


@put(f"{_ONE}/reply", opt=_MODERATE)
async def reply_to_review(
    desk: DeskHere, services: ServicesHere, review_id: FromPath[UUID], data: JSONBody[Reply]
) -> ReviewView:
    async with services.db.tenant(desk.tenant) as tx:
        await service.reply(tx, review_id, data.reply)
        await tx.flush()
        return await _one(tx, review_id, services)


@get("/products/{product_id:uuid}/rating", opt=_VIEW)
async def show_rating(
    desk: DeskHere, services: ServicesHere, product_id: FromPath[UUID]
) -> RatingView:
    """Of published reviews, and how many customers like the product."""
    async with services.db.tenant_read(desk.tenant) as tx:
        if await tx.get(Product, product_id) is None:
            raise ProductMissing
        rating = (await queries.ratings(tx, [product_id])).get(product_id)
        likes = (await favourite_queries.how_often(tx, [product_id])).get(product_id, 0)
    return RatingView.of(rating, likes)


async def _one(tx: TenantRead, review_id: UUID, services: RestServices) -> ReviewView:
    found = await queries.listed(tx, review_id)
    if found is None:
        raise ReviewMissing
    return _shown(found, services)


def _shown(item: Listed, services: RestServices) -> ReviewView:
    widest = WIDTHS[-1]
    return ReviewView.of(
        item,
        (
            PhotoView(
                services.storage.url(picture_key(photo["key"], widest)),
                photo["width"],
                photo["height"],
            )
            for photo in item.review.photos
        ),
    )


ROUTES = [list_reviews, publish_review, reject_review, reply_to_review, show_rating]
