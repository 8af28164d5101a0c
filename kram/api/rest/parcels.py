"""Parcels: an order may leave in several of them."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import post, put
from litestar.params import FromPath, JSONBody

from kram.api.rest.caller import DeskHere, needs
from kram.api.rest.inputs import Input, Line
from kram.api.rest.once import OnceHere
from kram.api.rest.services import ServicesHere
from kram.api.rest.views.parcels import ParcelView
from kram.kit.db.tx import TenantTx
from kram.shop.inventory.rules import sum_by_variant
from kram.shop.orders import service
from kram.shop.orders.drafts import MOST_LINES, MOST_UNITS
from kram.shop.orders.models import Fulfilment
from kram.shop.orders.service import Tracking
from kram.tenants.permissions import Permission

Units = Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)]
Url = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^(https?://[^\u0000\s]+)?$")]


class UnitsOfLine(Input, frozen=True):
    line_id: UUID
    quantity: Units


class TrackingInput(Input, frozen=True):
    """What is left out stays as it was."""

    carrier: Line = ""
    number: Line = ""
    url: Url = ""

    @property
    def tracking(self) -> Tracking:
        return Tracking(self.number, self.url, self.carrier)


class ParcelInput(Input, frozen=True):
    """`ship`: it leaves at once."""

    lines: Annotated[list[UnitsOfLine], msgspec.Meta(min_length=1, max_length=MOST_LINES)]
    tracking: TrackingInput = TrackingInput()
    ship: bool = False

    @property
    def units(self) -> dict[UUID, int]:
        return sum_by_variant((line.line_id, line.quantity) for line in self.lines)


@post("/orders/{order_id:uuid}/parcels", opt=needs(Permission.ORDERS_SHIP))
async def pack_parcel(
    desk: DeskHere, once: OnceHere, order_id: FromPath[UUID], data: JSONBody[ParcelInput]
) -> ParcelView:
    """Send an `Idempotency-Key`: a second effect is a second parcel."""

    async def make(tx: TenantTx) -> ParcelView:
        parcel = await service.pack(tx, order_id, data.units, desk.actor, data.tracking.tracking)
        if data.ship:
            await tx.flush()
            parcel = await service.send(tx, order_id, parcel.id, desk.actor)
        return ParcelView.of(parcel)

    return await once.run(make, ParcelView)


@post(
    "/orders/{order_id:uuid}/parcels/{parcel_id:uuid}/ship",
    opt=needs(Permission.ORDERS_SHIP),
    status_code=200,
)
async def ship_parcel(
    desk: DeskHere,
    services: ServicesHere,
    order_id: FromPath[UUID],
    parcel_id: FromPath[UUID],
    data: JSONBody[TrackingInput],
) -> ParcelView:
    """Its units leave the stock. Repeated, it answers the parcel as it is; likewise the others."""
    async with services.db.tenant(desk.tenant) as tx:
        sent = await service.send(tx, order_id, parcel_id, desk.actor, data.tracking)
        return ParcelView.of(sent)


@post(
    "/orders/{order_id:uuid}/parcels/{parcel_id:uuid}/deliver",
    opt=needs(Permission.ORDERS_SHIP),
    status_code=200,
)
async def deliver_parcel(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], parcel_id: FromPath[UUID]
) -> ParcelView:
    async with services.db.tenant(desk.tenant) as tx:
        return ParcelView.of(await service.arrive(tx, order_id, parcel_id, desk.actor))


@post(
    "/orders/{order_id:uuid}/parcels/{parcel_id:uuid}/unpack",
    opt=needs(Permission.ORDERS_SHIP),
    status_code=200,
)
async def unpack_parcel(
    desk: DeskHere, services: ServicesHere, order_id: FromPath[UUID], parcel_id: FromPath[UUID]
) -> ParcelView:
    """Its units wait for another parcel."""
    async with services.db.tenant(desk.tenant) as tx:
        return ParcelView.of(await service.unpack(tx, order_id, parcel_id, desk.actor))


@put("/orders/{order_id:uuid}/parcels/{parcel_id:uuid}", opt=needs(Permission.ORDERS_SHIP))
async def track_parcel(
    desk: DeskHere,
    services: ServicesHere,
    order_id: FromPath[UUID],
    parcel_id: FromPath[UUID],
    data: JSONBody[TrackingInput],
) -> ParcelView:
    async with services.db.tenant(desk.tenant) as tx:
        parcel: Fulfilment = await service.track(tx, order_id, parcel_id, data.tracking, desk.actor)
        return ParcelView.of(parcel)


ROUTES = [pack_parcel, ship_parcel, deliver_parcel, unpack_parcel, track_parcel]
