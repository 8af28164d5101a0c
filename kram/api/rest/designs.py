"""What can be chosen of a product, and what was."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NONE, Input
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.designs import ConfiguratorView, DesignView, SelectionPriceView
from kram.kit.db.tx import TenantTx
from kram.shop.configurator import service
from kram.shop.configurator.definition import MOST_CHOICES, MOST_STEPS, Definition, Name
from kram.shop.configurator.selection import Number, Selection, Text
from kram.tenants.permissions import Permission

_VIEW = needs(Permission.CATALOG_VIEW)
_EDIT = needs(Permission.CATALOG_EDIT)
_ONE = "/products/{product_id:uuid}/configurator"


class ConfiguratorInput(Input, frozen=True):
    """`version` is the one that you saw, 0 for none, null to overwrite whatever there is."""

    definition: Definition
    version: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


class SelectionInput(Input, frozen=True):
    """`chosen` are ids of choices; `texts` and `numbers` are by the step's id."""

    chosen: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MOST_CHOICES)] = ()
    texts: Annotated[dict[Name, Text], msgspec.Meta(max_length=MOST_STEPS)] = NONE
    numbers: Annotated[dict[Name, Number], msgspec.Meta(max_length=MOST_STEPS)] = NONE

    @property
    def selection(self) -> Selection:
        return Selection(self.chosen, self.texts, self.numbers)


@get(_ONE, opt=_VIEW)
async def show_configurator(
    desk: DeskHere, services: ServicesHere, product_id: FromPath[UUID]
) -> ConfiguratorView:
    async with services.db.tenant_read(desk.tenant) as tx:
        return ConfiguratorView.of(await service.configurator_of(tx, product_id))


@put(_ONE, opt=_EDIT)
async def put_configurator(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    data: JSONBody[ConfiguratorInput],
) -> ConfiguratorView:
    """All of it. Refused as long as its rules contradict; carts are checked against it anew."""
    async with services.db.tenant(desk.tenant) as tx:
        stored = await service.define(tx, product_id, data.definition, version=data.version)
        return ConfiguratorView.of(stored)


@delete(_ONE, opt=_EDIT)
async def remove_configurator(
    desk: DeskHere, services: ServicesHere, product_id: FromPath[UUID]
) -> None:
    """The product comes as it is again; orders keep what was chosen."""
    async with services.db.tenant(desk.tenant) as tx:
        await service.undefine(tx, product_id)


@post(f"{_ONE}/price", opt=_VIEW, status_code=200)
async def price_selection(
    desk: DeskHere,
    services: ServicesHere,
    product_id: FromPath[UUID],
    data: JSONBody[SelectionInput],
) -> SelectionPriceView:
    """Of a whole selection or of one that is still being made; nothing is written."""
    async with services.db.tenant_read(desk.tenant) as tx:
        found = await service.price(tx, product_id, data.selection)
    return SelectionPriceView.of(found, desk.shop.currency)


@post("/products/{product_id:uuid}/designs", opt=_EDIT)
async def save_design(
    desk: DeskHere, once: OnceHere, product_id: FromPath[UUID], data: JSONBody[SelectionInput]
) -> DesignView:
    """The same selection has the same code. Its code goes into the storefront's link, a cart's line
    or a draft order's."""

    async def save(tx: TenantTx) -> DesignView:
        design = await service.save(tx, product_id, data.selection)
        return DesignView.of(await service.open_design(tx, design.code), desk.shop.currency)

    return await once.run(save, DesignView)


@get("/designs/{design_code:str}", opt=_VIEW)
async def show_design(
    desk: DeskHere, services: ServicesHere, design_code: FromPath[str]
) -> DesignView:
    """With what it comes to today, or why it can no longer be made."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return DesignView.of(await service.open_design(tx, design_code), desk.shop.currency)


ROUTES = [
    show_configurator,
    put_configurator,
    remove_configurator,
    price_selection,
    save_design,
    show_design,
]
