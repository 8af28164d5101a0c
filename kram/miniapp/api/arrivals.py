"""Goods that a shopper waits for: one message when they are there again."""

from uuid import UUID

import msgspec
from litestar import Response, delete, get, put
from litestar.params import FromPath

from kram.miniapp.api.shopper import ServicesHere, ShopperHere
from kram.shop.inventory.queries import waiting as queries
from kram.shop.inventory.service import waiting


class WaitsFor(msgspec.Struct, frozen=True):
    """Variants."""

    variants: tuple[UUID, ...]


@get("/arrivals")
async def own_arrivals(shopper: ShopperHere, services: ServicesHere) -> Response[WaitsFor]:
    async with services.db.tenant_read(shopper.shop.tenant) as tx:
        found = await queries.subscriptions(tx, shopper.customer_id)
    return Response(WaitsFor(tuple(sorted(found))), headers={"cache-control": "no-store"})


@put("/arrivals/{variant_id:uuid}", status_code=204)
async def wait_for(
    variant_id: FromPath[UUID], shopper: ShopperHere, services: ServicesHere
) -> None:
    """Raises: VariantMissing, TooManySubscriptions."""
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await waiting.subscribe(tx, variant_id, shopper.customer_id)


@delete("/arrivals/{variant_id:uuid}", status_code=204)
async def stop_waiting(
    variant_id: FromPath[UUID], shopper: ShopperHere, services: ServicesHere
) -> None:
    async with services.db.tenant(shopper.shop.tenant) as tx:
        await waiting.unsubscribe(tx, variant_id, shopper.customer_id)


ROUTES = [own_arrivals, wait_for, stop_waiting]
