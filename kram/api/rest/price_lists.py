"""Prices for some."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input, Instant, Line, told
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.shelves import PriceListView, TierPriceView
from kram.kit.db.tx import TenantTx
from kram.shop.catalog import service
from kram.shop.catalog.errors import PriceListMissing
from kram.shop.catalog.models import PriceList
from kram.shop.catalog.prices import queries
from kram.shop.catalog.service import PriceListDraft, TierPrice
from kram.tenants.permissions import Permission

_VIEW = needs(Permission.CATALOG_VIEW)
_EDIT = needs(Permission.CATALOG_EDIT)


class PriceListInput(Input, frozen=True):
    """`group_id` null: for everybody; then, in the shop's currency, tiers begin with 2 units.
    The currency is chosen once."""

    name: Line
    currency: Line
    group_id: UUID | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    is_active: bool = True

    def draft(self) -> PriceListDraft:
        return PriceListDraft(**{name: getattr(self, name) for name in self.__struct_fields__})


class TierPriceInput(Input, frozen=True):
    """From `min_quantity` units on, each costs `minor`."""

    variant_id: UUID
    minor: Annotated[int, told(minimum=0)]
    min_quantity: Annotated[int, told(minimum=1, maximum=999)] = 1


class PricesInput(Input, frozen=True):
    prices: tuple[TierPriceInput, ...]


@get("/price-lists", opt=_VIEW)
async def list_price_lists(desk: DeskHere, services: ServicesHere) -> list[PriceListView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        return [PriceListView.of(each) for each in await queries.price_lists(tx)]


@post("/price-lists", opt=_EDIT)
async def create_price_list(
    desk: DeskHere, once: OnceHere, data: JSONBody[PriceListInput]
) -> PriceListView:
    async def create(tx: TenantTx) -> PriceListView:
        return PriceListView.of(await service.create_price_list(tx, data.draft()))

    return await once.run(create, PriceListView)


@put("/price-lists/{price_list_id:uuid}", opt=_EDIT)
async def change_price_list(
    desk: DeskHere,
    services: ServicesHere,
    price_list_id: FromPath[UUID],
    data: JSONBody[PriceListInput],
) -> PriceListView:
    async with services.db.tenant(desk.tenant) as tx:
        return PriceListView.of(await service.change_price_list(tx, price_list_id, data.draft()))


@delete("/price-lists/{price_list_id:uuid}", opt=_EDIT)
async def remove_price_list(
    desk: DeskHere, services: ServicesHere, price_list_id: FromPath[UUID]
) -> None:
    async with services.db.tenant(desk.tenant) as tx:
        await service.remove_price_list(tx, price_list_id)


@get("/price-lists/{price_list_id:uuid}/prices", opt=_VIEW)
async def list_prices(
    desk: DeskHere, services: ServicesHere, price_list_id: FromPath[UUID]
) -> list[TierPriceView]:
    async with services.db.tenant_read(desk.tenant) as tx:
        if await tx.get(PriceList, price_list_id) is None:
            raise PriceListMissing
        return [TierPriceView.of(each) for each in await queries.prices_of_list(tx, price_list_id)]


@put("/price-lists/{price_list_id:uuid}/prices", opt=_EDIT)
async def set_prices(
    desk: DeskHere,
    services: ServicesHere,
    price_list_id: FromPath[UUID],
    data: JSONBody[PricesInput],
) -> None:
    """Replaces all tiers of the named variants; the others keep theirs."""
    prices = [TierPrice(each.variant_id, each.minor, each.min_quantity) for each in data.prices]
    async with services.db.tenant(desk.tenant) as tx:
        await service.set_prices(tx, price_list_id, prices)


ROUTES = [
    list_price_lists,
    create_price_list,
    change_price_list,
    remove_price_list,
    list_prices,
    set_prices,
]
