"""The places of a shop: where units are, and where shoppers collect orders."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import NO_NUL, Input, Line, told
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.stock import WarehouseView
from kram.kit.db.tx import TenantTx
from kram.shop.inventory.queries import places
from kram.shop.inventory.service import warehouses
from kram.shop.inventory.service.warehouses import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    MOST_WAREHOUSES,
    WarehouseDraft,
)
from kram.tenants.permissions import Permission

_VIEW, _EDIT = needs(Permission.CATALOG_VIEW), needs(Permission.CATALOG_EDIT)
_ONE = "/warehouses/{warehouse_id:uuid}"

PlaceName = Annotated[str, told(min_length=1, max_length=LONGEST_NAME, pattern=NO_NUL)]
Address = Annotated[str, msgspec.Meta(max_length=LONGEST_ADDRESS, pattern=NO_NUL)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class WarehouseInput(Input, frozen=True):
    """Units of an active place are for sale; shoppers collect orders where `is_pickup`. A pick-up
    point that keeps no units is a place that is not active."""

    name: PlaceName
    address: Address = ""
    is_active: bool = True
    is_pickup: bool = False
    hours: Line = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    def draft(self) -> WarehouseDraft:
        return WarehouseDraft(
            name=self.name.replace("\0", ""),
            address=self.address,
            is_active=self.is_active,
            is_pickup=self.is_pickup,
            hours=self.hours,
            latitude=self.latitude,
            longitude=self.longitude,
        )


class WarehouseOrder(Input, frozen=True):
    """The first is asked first for units."""

    ids: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=MOST_WAREHOUSES)]


@get("/warehouses", opt=_VIEW)
async def list_warehouses(desk: DeskHere, services: ServicesHere) -> list[WarehouseView]:
    """By priority; at most fifty."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [WarehouseView.of(place) for place in await places.warehouses(tx)]


@get("/pickup-points", opt=_VIEW)
async def list_pickup_points(desk: DeskHere, services: ServicesHere) -> list[WarehouseView]:
    """The places where shoppers collect orders."""
    async with services.db.tenant_read(desk.tenant) as tx:
        return [WarehouseView.of(place) for place in await places.pickup_points(tx)]


@post("/warehouses", opt=_EDIT)
async def create_warehouse(
    desk: DeskHere, once: OnceHere, data: JSONBody[WarehouseInput]
) -> WarehouseView:
    """The last by priority."""

    async def create(tx: TenantTx) -> WarehouseView:
        return WarehouseView.of(await warehouses.add_warehouse(tx, data.draft()))

    return await once.run(create, WarehouseView)


@put(_ONE, opt=_EDIT)
async def update_warehouse(
    desk: DeskHere,
    services: ServicesHere,
    warehouse_id: FromPath[UUID],
    data: JSONBody[WarehouseInput],
) -> WarehouseView:
    """Units of a place that is closed stay promised to their orders, and are sold no more."""
    async with services.db.tenant(desk.tenant) as tx:
        place = await warehouses.change_warehouse(tx, warehouse_id, data.draft())
        return WarehouseView.of(place)


@post("/warehouses/order", opt=_EDIT, status_code=200)
async def order_warehouses(
    desk: DeskHere, services: ServicesHere, data: JSONBody[WarehouseOrder]
) -> list[WarehouseView]:
    """The named ones first, in that order, then the others."""
    async with services.db.tenant(desk.tenant) as tx:
        return [WarehouseView.of(place) for place in await warehouses.reorder(tx, data.ids)]


@delete(_ONE, opt=_EDIT)
async def remove_warehouse(
    desk: DeskHere, services: ServicesHere, warehouse_id: FromPath[UUID]
) -> None:
    """Only without units. The ledger keeps its name."""
    async with services.db.tenant(desk.tenant) as tx:
        await warehouses.remove_warehouse(tx, warehouse_id)


ROUTES = [
    list_warehouses,
    list_pickup_points,
    create_warehouse,
    update_warehouse,
    order_warehouses,
    remove_warehouse,
]
