"""What a shopper puts together: judged and priced here, saved under a code that can be shared."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from kram.kit.i18n import Translator
from kram.kit.ratelimit import TokenBucket
from kram.kit.web.client import client_of
from kram.kit.web.problems import AnyRequest
from kram.miniapp.api.failures import words_of
from kram.miniapp.api.shopper import ServicesHere, ShopHere, ShopperHere
from kram.shop.cart.store import MOST_UNITS
from kram.shop.catalog.queries import offers
from kram.shop.configurator import service
from kram.shop.configurator.definition import Name
from kram.shop.configurator.lines import with_choices
from kram.shop.configurator.problems import TROUBLE_MESSAGES, Trouble
from kram.shop.configurator.selection import Number, Selection, Text
from kram.shop.orders.errors import GoodsGone

_SAVED = TokenBucket("storefront designs", capacity=60, per_seconds=600)
_UNCACHED = {"cache-control": "no-store"}


class DesignRequest(msgspec.Struct, frozen=True):
    """`chosen` are ids of choices; `texts` and `numbers` are by step."""

    chosen: Annotated[tuple[Name, ...], msgspec.Meta(max_length=200)] = ()
    texts: Annotated[dict[Name, Text], msgspec.Meta(max_length=20)] = {}
    numbers: Annotated[dict[Name, Number], msgspec.Meta(max_length=20)] = {}

    @property
    def selection(self) -> Selection:
        return Selection(self.chosen, self.texts, self.numbers)


class PriceRequest(DesignRequest, frozen=True, kw_only=True):
    variant: UUID
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)] = 1


class TroubleAnswer(msgspec.Struct, frozen=True):
    """`step` is the id of the step where it can be mended; empty if it is none's alone."""

    step: str
    text: str


class PriceAnswer(msgspec.Struct, frozen=True):
    """`unit_minor` is of one piece with all that was chosen. `barred`: why a choice cannot be added
    to the others, by its id."""

    unit_minor: int
    troubles: list[TroubleAnswer]
    barred: dict[str, str]


class SavedAnswer(msgspec.Struct, frozen=True):
    code: str


class DesignAnswer(msgspec.Struct, frozen=True):
    code: str
    product: UUID
    chosen: tuple[str, ...]
    texts: dict[str, str]
    numbers: dict[str, int]


@post("/products/{product_id:uuid}/design-price", status_code=200)
async def price_design(
    product_id: FromPath[UUID],
    data: JSONBody[PriceRequest],
    request: AnyRequest,
    shop: ShopHere,
    services: ServicesHere,
) -> Response[PriceAnswer]:
    """Public; nothing is written. Raises: ConfiguratorMissing, GoodsGone."""
    async with services.db.tenant_read(shop.tenant) as tx:
        found = await service.price(tx, product_id, data.selection)
        offer = (await offers(tx, {data.variant: data.quantity})).get(data.variant)
    if offer is None or offer.product_id != product_id:
        raise GoodsGone(variant_ids=[data.variant])
    words = words_of(request, shop.language)
    answer = PriceAnswer(
        with_choices(offer, "", found.outcome).price.minor,
        [TroubleAnswer(each.step, _said(each, words)) for each in found.troubles],
        {choice: _said(why, words) for choice, why in found.barred.items()},
    )
    return Response(answer, headers=_UNCACHED)


@post("/products/{product_id:uuid}/designs", status_code=200)
async def save_design(
    product_id: FromPath[UUID],
    data: JSONBody[DesignRequest],
    request: AnyRequest,
    shopper: ShopperHere,
    services: ServicesHere,
) -> SavedAnswer:
    """Raises: TooManyRequests, ConfiguratorMissing, DesignImpossible."""
    tenant = shopper.shop.tenant
    await _SAVED.take(services.redis, f"{tenant.id} {client_of(request)}")
    async with services.db.tenant(tenant) as tx:
        design = await service.save(tx, product_id, data.selection)
    return SavedAnswer(design.code)


@get("/designs/{code:str}")
async def open_design(
    code: FromPath[str], shop: ShopHere, services: ServicesHere
) -> Response[DesignAnswer]:
    """Public: whoever has the link sees it. Raises: DesignMissing, ConfiguratorMissing."""
    async with services.db.tenant_read(shop.tenant) as tx:
        design = await service.open_design(tx, code)
    chosen = design.selection
    answer = DesignAnswer(
        design.code, design.product_id, chosen.chosen, chosen.texts, chosen.numbers
    )
    return Response(answer, headers=_UNCACHED)


def _said(trouble: Trouble, words: Translator) -> str:
    return words.gettext(TROUBLE_MESSAGES[trouble.why], **trouble.values)


ROUTES = [price_design, save_design, open_design]
