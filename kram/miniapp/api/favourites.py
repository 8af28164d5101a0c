"""What the shopper likes, on all their devices."""

from uuid import UUID

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath

from kram.kit.money import Money
from kram.kit.money_text import format_money
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.cart import PicturesHere
from kram.miniapp.api.known import known
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.shop.reviews import favourite_queries, favourites
from kram.shop.reviews.favourite_queries import Liked

_PAGE_SIZE = 24


class LikedIds(msgspec.Struct, frozen=True):
    ids: list[UUID]


class LikedCard(msgspec.Struct, frozen=True):
    id: UUID
    slug: str
    title: str
    price: str
    is_sold: bool
    picture: PictureView


class LikedAnswer(msgspec.Struct, frozen=True):
    items: list[LikedCard]
    next_cursor: str | None


@get("/favourites/ids")
async def liked_ids(shopper: ShopperHere, services: ServicesHere) -> LikedIds:
    """For the hearts."""
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        return LikedIds(await favourite_queries.liked_ids(tx, shopper.customer_id))


@get("/favourites")
async def list_liked(
    request: AnyRequest, shopper: ShopperHere, services: ServicesHere, pictures: PicturesHere
) -> LikedAnswer:
    """The latest first. Raises: BadCursor."""
    cursor = request.query_params.get("cursor") or None
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        page = await favourite_queries.liked_page(
            tx, [shopper.customer_id], cursor=cursor, limit=_PAGE_SIZE
        )
    return LikedAnswer([_card(item, shopper, pictures) for item in page.items], page.next_cursor)


@put("/favourites/{product_id:uuid}")
async def like(
    product_id: FromPath[UUID], shopper: ShopperHere, services: ServicesHere
) -> LikedIds:
    """Raises: NothingToReview, TooManyFavourites."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        customer_id = await known(tx, shopper)
        await favourites.like(tx, customer_id, product_id)
        return LikedIds(await favourite_queries.liked_ids(tx, customer_id))


@delete("/favourites/{product_id:uuid}", status_code=200)
async def unlike(
    product_id: FromPath[UUID], shopper: ShopperHere, services: ServicesHere
) -> LikedIds:
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await favourites.unlike(tx, shopper.customer_id, product_id)
        return LikedIds(await favourite_queries.liked_ids(tx, shopper.customer_id))


def _card(item: Liked, shopper: Shopper, pictures: Pictures) -> LikedCard:
    price = ""
    if item.lowest is not None and item.currency is not None:
        price = format_money(
            Money(item.lowest, item.currency), shopper.words.language, trim_zeros=True
        )
    return LikedCard(
        item.product_id,
        item.slug,
        item.title,
        price,
        item.is_sold and item.lowest is not None,
        pictures.of(item.picture_key, item.title),
    )


ROUTES = [liked_ids, list_liked, like, unlike]
