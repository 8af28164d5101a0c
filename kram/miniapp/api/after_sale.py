"""What a shopper does with an order that has come: gives goods back, or buys them again."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from kram.billing.checkout.errors import ShopPaused
from kram.miniapp.api.order_answer import OrderAnswer
from kram.miniapp.api.orders import answer_of, own
from kram.miniapp.api.return_photos import key_of
from kram.miniapp.api.shopper import ServicesHere, ShopperHere
from kram.shop.configurator.lines import sold
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.errors import GoodsGone
from kram.shop.returns import service as returns
from kram.shop.returns.models import ReturnReason
from kram.shop.returns.service import MOST_PHOTOS, Wish
from kram.tenants.models import ShopStatus


class BackLine(msgspec.Struct, frozen=True):
    line_id: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]


class BackRequest(msgspec.Struct, frozen=True):
    """`photos` are what `/return-photos` answered."""

    lines: Annotated[list[BackLine], msgspec.Meta(min_length=1, max_length=MOST_LINES)]
    reason: ReturnReason
    comment: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    photos: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_PHOTOS)] = ()


class RepeatAnswer(msgspec.Struct, frozen=True):
    """`missing` are titles of what is no longer sold."""

    missing: list[str]


@post("/orders/{code:str}/returns", status_code=200)
async def ask_return(
    code: FromPath[str],
    data: JSONBody[BackRequest],
    shopper: ShopperHere,
    services: ServicesHere,
) -> OrderAnswer:
    """Raises: OrderMissing, ReturnPhotoUnknown, and what `returns.request` does."""
    photos = tuple(key_of(token, shopper, services) for token in data.photos)
    units = sum_by_variant((line.line_id, line.quantity) for line in data.lines)
    async with services.db.tenant(shopper.shop.tenant) as tx:
        order = await own(tx, code, shopper)
        wish = Wish(units=units, reason=data.reason, comment=data.comment, photos=photos)
        await returns.request(tx, order.id, wish, shopper.actor)
    return await answer_of(code, shopper, services)


@post("/orders/{code:str}/repeat", status_code=200)
async def repeat_order(
    code: FromPath[str], shopper: ShopperHere, services: ServicesHere
) -> RepeatAnswer:
    """Puts what is still sold into the cart, at today's prices.

    Raises: OrderMissing, ShopPaused, GoodsGone (nothing of it is sold any more), CartFull.
    """
    if shopper.shop.status is not ShopStatus.OPEN:
        raise ShopPaused
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        order = await own(tx, code, shopper)
        wanted = sum_by_variant((line.key, line.quantity) for line in order.lines)
        found = (
            await sold(tx, wanted, customer_id=shopper.customer_id, language=shopper.words.language)
        ).offers
    if not found:
        raise GoodsGone(variant_ids=[key.variant_id for key in wanted])
    for key, offer in found.items():
        await services.carts.put_line(
            shopper.shop.tenant.id, shopper.customer_id, offer, wanted[key]
        )
    return RepeatAnswer([line.shown_title for line in order.lines if line.key not in found])
