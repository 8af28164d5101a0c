"""Reviews: what everybody reads of a product, and what a shopper writes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from babel.dates import format_date
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.kit.db.tx import TenantRead
from kram.kit.ids import new_id
from kram.kit.images import MAX_BYTES, WIDTHS, picture_key, prepare_picture, store_picture
from kram.kit.jwt import TokenRefused
from kram.kit.storage.deposits import deposited
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.cart import PicturesHere
from kram.miniapp.api.failures import words_of
from kram.miniapp.api.known import known
from kram.miniapp.api.shopper import ServicesHere, ShopHere, Shopper, ShopperHere
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.miniapp.services import Services
from kram.shop.reviews import queries, service
from kram.shop.reviews.errors import NothingToReview, PhotoUnknown
from kram.shop.reviews.events import ReviewPhotoTaken
from kram.shop.reviews.models import ProductRating, Review, ReviewState
from kram.shop.reviews.rules import Photo, ReviewDraft

_PAGE_SIZE = 10
_PHOTO = "review photo"
_PHOTO_LIFETIME, _AN_HOUR = timedelta(days=1), timedelta(hours=1)
_UNCACHED = {"cache-control": "no-store"}


class ReviewRequest(msgspec.Struct, frozen=True):
    """`photos` are what `/review-photos` answered, or what the review has already."""

    stars: int
    body: Annotated[str, msgspec.Meta(max_length=8000)] = ""
    photos: Annotated[tuple[str, ...], msgspec.Meta(max_length=20)] = ()


class PhotoAnswer(msgspec.Struct, frozen=True):
    """`token` is how the photo is named when the review is sent."""

    token: str
    picture: PictureView


class ReviewAnswer(msgspec.Struct, frozen=True):
    """`state` and `photos`' tokens are the author's own to know."""

    id: UUID
    author: str
    stars: int
    body: str
    at: str
    is_bought: bool
    reply: str
    pictures: list[PictureView]


class OwnReview(msgspec.Struct, frozen=True):
    product: str
    product_slug: str
    stars: int
    body: str
    state: str
    reply: str
    photos: list[PhotoAnswer]


class ReviewsAnswer(msgspec.Struct, frozen=True):
    """`mean` is written out, empty without reviews; `by_stars` from one star to five."""

    count: int
    mean: str
    by_stars: list[int]
    items: list[ReviewAnswer]
    next_cursor: str | None


class OwnReviews(msgspec.Struct, frozen=True):
    items: list[OwnReview]


@get("/products/{product_slug:str}/reviews")
async def list_reviews(
    product_slug: FromPath[str],
    request: AnyRequest,
    shop: ShopHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> ReviewsAnswer:
    """Public. Raises: NothingToReview, BadCursor."""
    language = words_of(request, shop.language).language
    asked = request.query_params
    stars = {str(n): n for n in range(1, 6)}.get(asked.get("stars") or "")
    async with services.db.tenant_read(shop.tenant) as tx:
        product_id = await _product(tx, product_slug)
        rating = (await queries.ratings(tx, [product_id])).get(product_id)
        page = await queries.published_page(
            tx, product_id, stars=stars, cursor=asked.get("cursor") or None, limit=_PAGE_SIZE
        )
    items = [_shown(review, language, pictures) for review in page.items]
    return _answer(rating, items, page.next_cursor, language)


@get("/products/{product_slug:str}/review")
async def read_own_review(
    product_slug: FromPath[str],
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> Response[OwnReviews]:
    """None or one."""
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        product_id = await _product(tx, product_slug)
        review = await queries.review_by(tx, product_id, shopper.customer_id)
        found = await queries.listed(tx, review.id) if review else None
    items = [_own(found, shopper, services, pictures)] if found else []
    return Response(OwnReviews(items), headers=_UNCACHED)


@put("/products/{product_slug:str}/review")
async def write_review(
    product_slug: FromPath[str],
    data: JSONBody[ReviewRequest],
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> Response[OwnReviews]:
    """New or changed. Raises: NothingToReview, InvalidInput, PhotoUnknown."""
    photos = tuple(_photo(token, shopper, services) for token in data.photos)
    draft = ReviewDraft(
        stars=data.stars, body=data.body, language=shopper.words.language, photos=photos
    )
    async with services.db.tenant(shopper.shop.tenant) as tx:
        product_id = await _product(tx, product_slug)
        review = await service.write_review(tx, await known(tx, shopper), product_id, draft)
        await tx.flush()
        found = await queries.listed(tx, review.id)
    assert found is not None, "written a moment ago"
    return Response(OwnReviews([_own(found, shopper, services, pictures)]), headers=_UNCACHED)


@delete("/products/{product_slug:str}/review", status_code=200)
async def remove_review(
    product_slug: FromPath[str], shopper: ShopperHere, services: ServicesHere
) -> OwnReviews:
    async with services.db.tenant(shopper.shop.tenant) as tx:
        product_id = await _product(tx, product_slug)
        await service.remove_own(tx, shopper.customer_id, product_id)
    return OwnReviews([])


@get("/reviews")
async def list_own_reviews(
    shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> Response[OwnReviews]:
    """The newest first, a hundred of them."""
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        found = await queries.reviews_of(tx, [shopper.customer_id], limit=100)
    items = [_own(item, shopper, services, pictures) for item in found]
    return Response(OwnReviews(items), headers=_UNCACHED)


@post("/review-photos", status_code=200, request_max_body_size=MAX_BYTES + 1)
async def take_photo(
    request: AnyRequest, shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> PhotoAnswer:
    """The body is the picture itself. Raises: PictureTooLarge, PictureUnreadable."""
    picture = await prepare_picture(await request.body())
    key = f"{shopper.shop.tenant.id}/reviews/{new_id()}"
    async with deposited(services.storage, *(picture_key(key, w) for w in WIDTHS)) as deposit:
        await store_picture(services.storage, key, picture)
        async with services.db.tenant(shopper.shop.tenant) as tx:
            tx.publish(ReviewPhotoTaken(key=key), due_at=tx.now + _PHOTO_LIFETIME + _AN_HOUR)
            deposit.keep()
    photo = Photo(key, picture.width, picture.height)
    return _photo_answer(photo, shopper, services, pictures)


async def _product(tx: TenantRead, slug: str) -> UUID:
    product_id = await queries.product_named(tx, slug)
    if product_id is None:
        raise NothingToReview
    return product_id


def _answer(
    rating: ProductRating | None, items: list[ReviewAnswer], cursor: str | None, language: str
) -> ReviewsAnswer:
    if rating is None:
        return ReviewsAnswer(0, "", [0] * 5, items, cursor)
    by_stars = [rating.ones, rating.twos, rating.threes, rating.fours, rating.fives]
    tenths = (rating.stars * 10 + rating.reviews // 2) // rating.reviews
    point = "." if language == "en" else ","
    mean = f"{tenths // 10}{point}{tenths % 10}"
    return ReviewsAnswer(rating.reviews, mean, by_stars, items, cursor)


def _shown(review: Review, language: str, pictures: Pictures) -> ReviewAnswer:
    return ReviewAnswer(
        id=review.id,
        author=review.author,
        stars=review.stars,
        body=review.body,
        at=format_date(review.created_at, "long", locale=language),
        is_bought=review.is_bought,
        reply=review.reply,
        pictures=[pictures.of(photo["key"], "") for photo in review.photos],
    )


def _own(
    item: queries.Listed, shopper: Shopper, services: Services, pictures: Pictures
) -> OwnReview:
    review = item.review
    photos = [msgspec.convert(photo, Photo) for photo in review.photos]
    return OwnReview(
        product=item.product_title,
        product_slug=item.product_slug,
        stars=review.stars,
        body=review.body,
        state=ReviewState(review.state),
        reply=review.reply,
        photos=[_photo_answer(photo, shopper, services, pictures) for photo in photos],
    )


def _photo_answer(
    photo: Photo, shopper: Shopper, services: Services, pictures: Pictures
) -> PhotoAnswer:
    """Signed for this shopper: nobody puts another one's picture, or any file, into a review."""
    token = services.tokens.issue(
        subject=str(shopper.customer_id),
        audience=str(shopper.shop.tenant.id),
        purpose=_PHOTO,
        now=services.clock(),
        lifetime=_PHOTO_LIFETIME,
        extra={"photo": msgspec.to_builtins(photo)},
    )
    return PhotoAnswer(token, pictures.of(photo.key, ""))


def _photo(token: str, shopper: Shopper, services: Services) -> Photo:
    """Raises: PhotoUnknown."""
    audience, now = str(shopper.shop.tenant.id), services.clock()
    try:
        claims = services.tokens.read(token, audience=audience, purpose=_PHOTO, now=now)
    except TokenRefused as refused:
        raise PhotoUnknown from refused
    if claims.subject != str(shopper.customer_id):
        raise PhotoUnknown
    told: Mapping[str, Any] = claims.extra["photo"]
    return msgspec.convert(told, Photo)


ROUTES = [
    list_reviews,
    read_own_review,
    write_review,
    remove_review,
    list_own_reviews,
    take_photo,
]
