"""Codes, a gift card and points, typed and switched in the cart."""

from typing import Annotated

import msgspec
from litestar import delete, post, put
from litestar.params import FromQuery, JSONBody
from redis.asyncio import Redis

from kram.kit.ratelimit import TokenBucket
from kram.kit.web.client import client_of
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.cart import PicturesHere, answered
from kram.miniapp.api.cart_answer import CartAnswer
from kram.miniapp.api.shopper import ServicesHere, Shopper, ShopperHere
from kram.miniapp.errors import TooManyCodes
from kram.miniapp.services import Services
from kram.shop.cart.extras import MOST_CODES, Extras
from kram.shop.giftcards import service as giftcards
from kram.shop.orders.models import DeliveryMethod
from kram.shop.promotions import codes as spelling

_TRIES = TokenBucket("storefront codes", capacity=30, per_seconds=600)


class CodeRequest(msgspec.Struct, frozen=True):
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    delivery: DeliveryMethod | None = None


class SwitchRequest(msgspec.Struct, frozen=True):
    is_on: bool
    delivery: DeliveryMethod | None = None


@post("/cart/codes", status_code=200)
async def add_code(
    data: JSONBody[CodeRequest],
    request: AnyRequest,
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> CartAnswer:
    """A promo code or a gift card's code. Whether it works stands in the answer, with the reason.

    Raises: TooManyRequests, TooManyCodes.
    """
    await _limit(request, shopper, services.redis)
    known = await services.carts.extras(shopper.shop.tenant.id, shopper.customer_id)
    await _keep(shopper, services, await _with(data.code, known, shopper, services))
    return await answered(shopper, services, pictures, data.delivery)


@post("/cart/codes/remove", status_code=200)
async def remove_code(
    data: JSONBody[CodeRequest],
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> CartAnswer:
    known = await services.carts.extras(shopper.shop.tenant.id, shopper.customer_id)
    left = tuple(code for code in known.codes if code != data.code)
    await _keep(shopper, services, msgspec.structs.replace(known, codes=left))
    return await answered(shopper, services, pictures, data.delivery)


@delete("/cart/gift-card", status_code=200)
async def remove_gift_card(
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
    delivery: FromQuery[DeliveryMethod | None] = None,
) -> CartAnswer:
    known = await services.carts.extras(shopper.shop.tenant.id, shopper.customer_id)
    await _keep(shopper, services, msgspec.structs.replace(known, gift_card_id=None))
    return await answered(shopper, services, pictures, delivery)


@put("/cart/points")
async def switch_points(
    data: JSONBody[SwitchRequest],
    shopper: ShopperHere,
    services: ServicesHere,
    pictures: PicturesHere,
) -> CartAnswer:
    known = await services.carts.extras(shopper.shop.tenant.id, shopper.customer_id)
    await _keep(shopper, services, msgspec.structs.replace(known, use_points=data.is_on))
    return await answered(shopper, services, pictures, data.delivery)


async def _with(typed: str, known: Extras, shopper: Shopper, services: Services) -> Extras:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        card = await giftcards.find(tx, typed, shopper.shop.currency)
    if card is not None:
        return msgspec.structs.replace(known, gift_card_id=card.id)
    code = spelling.tidy(typed)
    if not code or code in known.codes:
        return known
    if len(known.codes) >= MOST_CODES:
        raise TooManyCodes
    return msgspec.structs.replace(known, codes=(*known.codes, code))


async def _keep(shopper: Shopper, services: Services, extras: Extras) -> None:
    await services.carts.put_extras(shopper.shop.tenant.id, shopper.customer_id, extras)


async def _limit(request: AnyRequest, shopper: Shopper, redis: Redis) -> None:
    """Nobody guesses codes by trying them all."""
    await _TRIES.take(redis, f"{shopper.shop.tenant.id} {client_of(request)}")
