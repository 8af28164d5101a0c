"""The places where orders are given out; the same for everybody."""

from uuid import UUID

import msgspec
from litestar import Response, get

from kram.miniapp.api.shopper import ServicesHere, ShopHere
from kram.shop.inventory.queries.places import pickup_points


class PickupPoint(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    address: str
    hours: str
    latitude: float | None
    longitude: float | None


class PickupPoints(msgspec.Struct, frozen=True):
    points: list[PickupPoint]


@get("/pickup-points")
async def list_pickup_points(shop: ShopHere, services: ServicesHere) -> Response[PickupPoints]:
    async with services.db.tenant_read(shop.tenant) as tx:
        found = [
            PickupPoint(
                place.id, place.name, place.address, place.hours, place.latitude, place.longitude
            )
            for place in await pickup_points(tx)
        ]
    return Response(PickupPoints(found), headers={"cache-control": "no-store"})
